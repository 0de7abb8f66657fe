namespace Strata.TestKit;

/// <summary>Counts what calls allocate, after they were warmed up.</summary>
public static class Allocation
{
    private const int WarmUpCalls = 2_000;
    private const int MeasuredCalls = 1_000;
    private const int Rounds = 3;

    /// <summary>The bytes that the calling thread allocated in 1,000 calls: the least of three rounds, since the runtime now and then adds one of its own.</summary>
    /// <param name="call">What is called; its closure must be made before.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Whether every measured call returned <c>true</c>.</returns>
    public static bool OfCalls(Func<bool> call, out long bytes)
    {
        for (int i = 0; i < WarmUpCalls; i++)
            call();
        bool isTrue = true;
        bytes = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < MeasuredCalls; i++)
                isTrue &= call();
            bytes = Math.Min(bytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return isTrue;
    }
}
