using Strata.Engine.Memory;
using Xunit;

namespace Strata.Engine.Tests.Memory;

public sealed class MemoryBackingTests
{
    private const ulong Start = 0x7f0000200000;
    private const ulong End = 0x7f0000600000;

    [Fact]
    public void Read_PartsInsideTheRange_AreAddedUp()
    {
        MemoryBacking? backing = MemoryBacking.Read(
            [
                .. Part("7f0000000000-7f0000200000", 1000, 0),
                .. Part("7f0000200000-7f0000400000", 2048, 2048),
                .. Part("7f0000400000-7f0000600000", 12, 0),
                .. Part("7f0000600000-7f0000610000", 500, 0),
            ],
            Start, End);

        Assert.Equal(new MemoryBacking(2060 << 10, 2048 << 10), backing);
    }

    [Fact]
    public void Read_PartOverTheEnd_IsNotKnown()
    {
        Assert.Null(MemoryBacking.Read(Part("7f0000400000-7f0000610000", 4, 0), Start, End));
        Assert.Equal(new MemoryBacking(0, 0), MemoryBacking.Read(Part("7f0000400000-7f0000610000", 0, 0), Start, End));
    }

    [Fact]
    public void Read_NothingInTheRange_IsNothing() =>
        Assert.Equal(new MemoryBacking(0, 0), MemoryBacking.Read(["", "nonsense", "Rss: many kB"], Start, End));

    private static IEnumerable<string> Part(string addresses, int residentKiB, int hugeKiB) =>
    [
        $"{addresses} rw-p 00000000 00:00 0 ",
        "Size:               2048 kB",
        $"Rss:                {residentKiB} kB",
        $"AnonHugePages:      {hugeKiB} kB",
        "ShmemPmdMapped:        0 kB",
        "VmFlags: rd wr mr mw me ac sd hg",
    ];
}
