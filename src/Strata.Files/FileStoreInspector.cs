using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files;

/// <summary>Reads a store that is not open and checks every byte of it that counts. Changes nothing.</summary>
public static class FileStoreInspector
{
    /// <summary>Looks at a store.</summary>
    /// <param name="directory">Its directory.</param>
    /// <returns>One report a segment, in the order of their numbers.</returns>
    /// <exception cref="FileStoreException">There is no store, or it is open, or of another version, or its own file is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<FileSegmentReport> Inspect(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var device = new DirectoryDevice(directory, isReadOnly: true);
        StoreHeader header = ReadHeader(device, directory);
        var key = new StoreKey(header.Secret);
        var reports = new List<FileSegmentReport>();
        foreach (string name in device.List().Order(StringComparer.Ordinal))
        {
            if (StoreFiles.TryParse(name, out int id))
                reports.Add(Inspect(device, name, id, header, key));
        }

        return reports;
    }

    private static StoreHeader ReadHeader(DirectoryDevice device, string directory)
    {
        using IDeviceFile file = device.Open(StoreFiles.StoreName);
        byte[] slots = new byte[StoreHeader.FileBytes];
        file.Read(slots, 0);
        StoreHeader? header = StoreHeader.Read(slots, out uint version) ?? StoreHeader.Read(slots.AsSpan(StoreHeader.SlotBytes), out version);
        return header ?? throw (version is not 0 and not StoreHeader.Version
            ? new FileStoreException(FileStoreFault.UnknownVersion, $"The store in '{directory}' has format version {version}; this version of Strata.Files reads {StoreHeader.Version}.")
            : new FileStoreException(FileStoreFault.Damaged, $"The file '{StoreFiles.StoreName}' in '{directory}' is damaged."));
    }

    private static FileSegmentReport Inspect(DirectoryDevice device, string name, int id, StoreHeader header, StoreKey key)
    {
        using IDeviceFile file = device.Open(name);
        byte[] bytes = new byte[header.SegmentBytes];
        int read = file.Read(bytes, 0);
        var report = new FileSegmentReport { Name = name, LengthBytes = file.LengthBytes };
        SegmentHeaderRead state = SegmentHeader.Read(bytes, key, header.Id, id, header.SegmentBytes, out SegmentLife? life);
        if (life is null)
            return report with { State = state == SegmentHeaderRead.Empty ? "never written" : state.ToString() };
        bool isSealed = SegmentFooter.TryRead(bytes.AsSpan(bytes.Length - SegmentFooter.SizeBytes), key, life, header.SegmentBytes, out SegmentFooter footer);
        report = report with { Incarnation = life.Incarnation, Created = DateTimeOffset.FromUnixTimeMilliseconds(life.CreatedMs), State = isSealed ? "sealed" : "open" };
        if (isSealed)
            return CheckSealed(report, bytes, footer, key, life);
        int offset = SegmentHeader.BlockBytes;
        while (RecordHeader.TryRead(bytes.AsSpan(offset, read - offset), key, life, offset, out RecordHeader record))
        {
            report = Add(report, record.Kind, (int)record.LengthBytes);
            offset += (int)record.LengthBytes;
        }

        return report.Records == 0 ? report with { State = "free" } : report;
    }

    /// <summary>Every record that the footer names must be there.</summary>
    private static FileSegmentReport CheckSealed(FileSegmentReport report, byte[] bytes, SegmentFooter footer, StoreKey key, SegmentLife life)
    {
        int start = SegmentFooter.EntriesOffset(bytes.Length, footer.EntryCount);
        ReadOnlySpan<byte> entries = bytes.AsSpan(start, footer.EntryCount * FooterEntry.SizeBytes);
        if (!footer.Fits(entries, key, life, bytes.Length))
            return report with { State = "sealed, footer damaged", DamagedRecords = 1 };
        for (; !entries.IsEmpty; entries = entries[FooterEntry.SizeBytes..])
        {
            FooterEntry entry = FooterEntry.Read(entries);
            bool isThere = entry.OffsetBytes >= SegmentHeader.BlockBytes && (long)entry.OffsetBytes + entry.LengthBytes <= footer.EndOffset
                && RecordHeader.TryRead(bytes.AsSpan(entry.OffsetBytes, entry.LengthBytes), key, life, entry.OffsetBytes, out RecordHeader record)
                && (record.Hash, record.Sequence) == (entry.Hash, entry.Sequence);
            report = isThere ? Add(report, entry.Kind, entry.LengthBytes) : report with { DamagedRecords = report.DamagedRecords + 1 };
        }

        return report;
    }

    private static FileSegmentReport Add(FileSegmentReport report, RecordKind kind, int lengthBytes) => report with
    {
        Records = report.Records + 1,
        Removals = report.Removals + (kind is RecordKind.Value or RecordKind.StaleMark ? 0 : 1),
        RecordBytes = report.RecordBytes + lengthBytes,
    };
}
