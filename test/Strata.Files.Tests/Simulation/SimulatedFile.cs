namespace Strata.Files.Tests.Simulation;

/// <summary>A file as the system sees it and as the device has it.</summary>
internal sealed class SimulatedFile(int lengthBytes)
{
    /// <summary>What reads find.</summary>
    public byte[] Cached { get; } = new byte[lengthBytes];

    /// <summary>What is left after a failure.</summary>
    public byte[] Durable { get; } = new byte[lengthBytes];

    /// <summary>Whether the file itself would be left.</summary>
    public bool IsDurable { get; set; }

    /// <summary>Ranges that were written and not flushed.</summary>
    public List<(int Offset, int Length)> Pending { get; } = [];
}
