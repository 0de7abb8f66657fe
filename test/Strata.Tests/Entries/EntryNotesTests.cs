using System.Buffers.Binary;
using Strata.Engine;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Entries;

public sealed class EntryNotesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData((byte)NoteFlags.Nothing)]
    [InlineData((byte)(NoteFlags.Grace | NoteFlags.Load))]
    [InlineData((byte)(NoteFlags.Sequence | NoteFlags.Window | NoteFlags.End))]
    [InlineData((byte)(NoteFlags.Sequence | NoteFlags.Grace | NoteFlags.Window | NoteFlags.End | NoteFlags.Load | NoteFlags.Compressed))]
    public void Read_WhatWasWritten_IsTheSame(byte flags)
    {
        Span<byte> tags = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(tags, 0x0123456789ABCDEF);
        BinaryPrimitives.WriteUInt64LittleEndian(tags[sizeof(ulong)..], 7);
        var written = new EntryNotes { Flags = (NoteFlags)flags, Sequence = 1L << 40, GraceMs = 2, WindowMs = 3, EndMs = 4, LoadMs = 5, TagBytes = tags };
        Span<byte> bytes = stackalloc byte[EntryNotes.MaxBytes];
        int length = written.Write(bytes);
        EntryNotes read = EntryNotes.Read(bytes[..length]);

        Assert.Equal(written.Flags, read.Flags);
        Assert.Equal(written.Has(NoteFlags.Sequence) ? written.Sequence : 0, read.Sequence);
        Assert.Equal(written.Has(NoteFlags.Grace) ? written.GraceMs : 0, read.GraceMs);
        Assert.Equal(written.Has(NoteFlags.Window) ? written.WindowMs : 0, read.WindowMs);
        Assert.Equal(written.Has(NoteFlags.End) ? written.EndMs : 0, read.EndMs);
        Assert.Equal(written.Has(NoteFlags.Load) ? written.LoadMs : 0, read.LoadMs);
        Assert.Equal(2, read.TagCount);
        Assert.Equal(0x0123456789ABCDEFul, read.TagAt(0));
        Assert.Equal(7ul, read.TagAt(1));
    }

    [Fact]
    public void Write_NothingToNote_IsEmpty()
    {
        Assert.Equal(0, default(EntryNotes).Write(new byte[EntryNotes.MaxBytes]));
        Assert.Equal(NoteFlags.None, EntryNotes.Read([]).Flags);
    }

    [Fact]
    public void MaxBytes_AreNoMoreThanTheEngineTakes() => Assert.InRange(EntryNotes.MaxBytes, 1, WriteOptions.MaxNotesBytes);
}
