namespace Strata.Flights;

/// <summary>Cancelling without waiting for the callbacks.</summary>
internal static class Cancellation
{
    /// <summary>Cancels, if there is something to cancel. The callbacks run elsewhere; what they throw is nobody's here.</summary>
    public static void CancelAndForget(this CancellationTokenSource? source) =>
        source?.CancelAsync().ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
