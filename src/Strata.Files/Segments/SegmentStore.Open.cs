using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Strata.Engine.Index;
using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>The file that says what the store is: found and checked, or made.</content>
internal sealed partial class SegmentStore
{
    /// <summary>Finds the file and reads it, or makes it. What this opening writes there comes when all segments could be opened.</summary>
    private (IDeviceFile File, StoreHeader Header, bool IsOneSlotLost) OpenHeader()
    {
        IReadOnlyList<string> names = _device.List();
        StoreHeader header;
        IDeviceFile file;
        bool isOneSlotLost = false;
        byte[] slots = new byte[StoreHeader.FileBytes];
        if (names.Contains(StoreFiles.StoreName))
        {
            file = _device.Open(StoreFiles.StoreName);
            try
            {
                int read = file.Read(slots, 0);
                StoreHeader? first = StoreHeader.Read(slots.AsSpan(0, Math.Min(read, StoreHeader.SlotBytes)), out uint version);
                StoreHeader? second = StoreHeader.Read(slots.AsSpan(StoreHeader.SlotBytes, Math.Max(0, read - StoreHeader.SlotBytes)), out uint otherVersion);
                StoreHeader? found = first is null || second?.OpenCount > first.OpenCount ? second : first;
                version = version is 0 or StoreHeader.Version ? otherVersion : version;
                if (version is not 0 and not StoreHeader.Version)
                    throw new FileStoreException(FileStoreFault.UnknownVersion, $"The store has format version {version}; this version of Strata.Files reads {StoreHeader.Version}. Delete the directory to begin anew, or open it with the version that wrote it; nothing was overwritten.");
                if (found is null && names.Any(name => name != StoreFiles.StoreName))
                    throw new FileStoreException(FileStoreFault.Damaged, $"The file '{StoreFiles.StoreName}' is damaged, and without it the segments beside it cannot be read. Delete the directory to begin anew; nothing was overwritten.");
                int torn = slots.AsSpan().CommonPrefixLength("STRATST1"u8);
                if (found is null && torn < sizeof(ulong) && slots.AsSpan(torn).ContainsAnyExcept((byte)0))
                    throw new FileStoreException(FileStoreFault.NotAStore, $"The file '{StoreFiles.StoreName}' is no store's. Nothing was overwritten.");
                // With neither slot nor segment it was being made when the process ended.
                header = found is null ? NewHeader() : found with { OpenCount = found.OpenCount + 1 };
                long least = (long)FileTierOptions.LeastSegments * header.SegmentBytes + StoreHeader.FileBytes;
                if (_options.CapacityBytes < least)
                    throw new ArgumentOutOfRangeException(nameof(_options.CapacityBytes), _options.CapacityBytes, $"{nameof(_options.CapacityBytes)} is {_options.CapacityBytes} bytes; this store has segments of {header.SegmentBytes} bytes and takes at least {least} bytes. Nothing was changed.");
                // The slot that is lost may have been the later one.
                isOneSlotLost = first is null || second is null;
                if (found is not null && isOneSlotLost)
                    header = header with { OpenCount = header.OpenCount + 1 };
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        else
        {
            if (names.Count > 0)
                throw new FileStoreException(FileStoreFault.Damaged, $"There are segments, but the file '{StoreFiles.StoreName}' is missing. Delete the directory to begin anew; nothing was overwritten.");
            file = _device.Create(StoreFiles.StoreName, StoreHeader.FileBytes);
            header = NewHeader();
            isOneSlotLost = true;
        }

        return (file, header, isOneSlotLost);
    }

    private void WriteOpening(bool isOneSlotLost)
    {
        byte[] slot = new byte[StoreHeader.SlotBytes];
        _header.Write(slot);
        _headerFile.Write(slot, _header.SlotOffset);
        _headerFile.Flush();
        if (!isOneSlotLost)
            return;
        _headerFile.Write(slot, StoreHeader.SlotBytes - _header.SlotOffset);
        _headerFile.Flush();
    }

    private StoreHeader NewHeader()
    {
        // A few thousand entries of a KiB each are a good partition.
        int partitionBits = Math.Clamp(BitOperations.Log2(Math.Max(1, (ulong)_options.CapacityBytes >> 22)), 0, LocationTable.MaxPartitionBits);
        // Room to grow to four times the capacity it begins with, or to 256 segments.
        int segmentBits = Math.Clamp(BitOperations.Log2((ulong)(_options.CapacityBytes / _options.SegmentBytes)) + 3, LocationFormat.MinSegmentBits, LocationFormat.MaxSegmentBits);
        byte[] id = RandomNumberGenerator.GetBytes(16);
        return new StoreHeader(BinaryPrimitives.ReadUInt128LittleEndian(id), RandomNumberGenerator.GetBytes(StoreKey.SecretBytes), _options.SegmentBytes, partitionBits, segmentBits, OpenCount: 1);
    }

    private static FileStoreException Refusal(Exception exception)
    {
        const int NoSpaceOnUnix = 28;
        bool isNoSpace = (exception.HResult & 0xFFFF) is NoSpaceOnUnix or 0x70 or 0x27;
        return isNoSpace
            ? new FileStoreException(FileStoreFault.NoSpace, "There is no room on the device for the store.", exception)
            : new FileStoreException(FileStoreFault.NotAccessible, $"A file of the store cannot be read or written: {exception.Message}", exception);
    }
}
