using System.Buffers;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;

namespace Strata.Demo.Measuring;

/// <summary>Compares the answers of two shops.</summary>
internal static class AnswerCheck
{
    /// <summary>Asks both shops for the same pages and counts those in which a single byte differs.</summary>
    public static async Task<(int Compared, int Different)> CompareAsync(
        IShop one, IShop other, IRequestStream requests, int count, CancellationToken cancellation)
    {
        var expected = new ArrayBufferWriter<byte>();
        var actual = new ArrayBufferWriter<byte>();
        int compared = 0, different = 0;
        for (; compared < count && requests.TryNext(out PageRequest request); compared++)
        {
            expected.ResetWrittenCount();
            actual.ResetWrittenCount();
            await Visitor.AskAsync(one, request, expected, cancellation).ConfigureAwait(false);
            await Visitor.AskAsync(other, request, actual, cancellation).ConfigureAwait(false);
            if (!expected.WrittenSpan.SequenceEqual(actual.WrittenSpan))
                different++;
        }

        return (compared, different);
    }
}
