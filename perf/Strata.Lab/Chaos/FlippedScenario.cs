using System.Globalization;

namespace Strata.Lab.Chaos;

/// <summary>Bytes of segments change while the store is open: a block of random ones at each of many places, written by another program, since the store has its files locked.</summary>
internal sealed class FlippedScenario(int seed) : FileScenario
{
    private const int PlaceCount = 200;
    private const int BlockBytes = 64;

    public override string Fault => "bits flipped";

    public override ValueTask BreakAsync()
    {
        var random = new Random(seed);
        string[] segments = Segments();
        for (int place = 0; place < PlaceCount; place++)
        {
            string segment = segments[random.Next(segments.Length)];
            string block = random.Next((int)(new FileInfo(segment).Length / BlockBytes)).ToString(CultureInfo.InvariantCulture);
            Run("dd", "if=/dev/urandom", $"of={segment}", $"bs={BlockBytes}", "count=1", $"seek={block}", "conv=notrunc", "status=none");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What was changed stays so.</summary>
    public override ValueTask MendAsync() => ValueTask.CompletedTask;
}
