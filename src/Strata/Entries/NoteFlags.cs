namespace Strata.Entries;

/// <summary>What an entry's notes hold.</summary>
[Flags]
internal enum NoteFlags : byte
{
    None = 0,
    Sequence = 1,
    Grace = 2,
    Window = 4,
    End = 8,
    Load = 16,

    /// <summary>The entry says that there is no value. Its record is marked.</summary>
    Nothing = 32,

    /// <summary>The payload is compressed. The record is marked.</summary>
    Compressed = 64,

    /// <summary>The entry's time to live adapts.</summary>
    Life = 128,
}
