using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>What a child process stores.</summary>
internal sealed record CargoOptions(string Subject, int Entries, int Seed)
{
    public int ValueBytes { get; init; } = ValueSet.DefaultValueBytes;

    /// <summary>Whether every entry has a time to live, of an hour.</summary>
    public bool Ttl { get; init; }

    /// <summary>The capacity of the engine.</summary>
    public long CapacityBytes { get; init; }

    /// <summary>A capacity in which the entries fit with room to spare.</summary>
    public long AmpleBytes => (Entries * (KeySet.KeyBytes + ValueBytes + 76L)) + (8L << 20);
}
