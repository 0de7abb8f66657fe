namespace Strata.Backplane;

/// <summary>What a message is.</summary>
internal enum MessageKind : byte
{
    /// <summary>The sender is there, and the number is that of its last changes.</summary>
    Announcement = 1,

    /// <summary>Changes, with a number of their own, one more than the ones before.</summary>
    Changes = 2,
}
