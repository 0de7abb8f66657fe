namespace Strata.Demo.Measuring;

/// <summary>Reports on the thread that does the work; <see cref="Progress{T}"/> would report later, and out of order.</summary>
internal sealed class SynchronousProgress(Action<double> report) : IProgress<double>
{
    public void Report(double value) => report(value);
}
