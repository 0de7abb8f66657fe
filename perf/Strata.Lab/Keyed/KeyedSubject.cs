using Strata.Lab.Operations;

namespace Strata.Lab.Keyed;

/// <summary>A cache that is asked with what callers have in hand, a tenant's name and a number, and must make its key of them in each call.</summary>
internal abstract class KeyedSubject : IDisposable
{
    private const int TenantCount = 64;

    private static readonly string[] s_tenants = [.. Enumerable.Range(0, TenantCount).Select(static number => $"tenant-{number:d2}")];

    public abstract string Name { get; }

    public static string Tenant(int index) => s_tenants[index % TenantCount];

    public static Price PriceOf(int index) => new(index * 17L, index);

    public abstract void Fill(int entries);

    /// <summary>Reads the entries of these indices.</summary>
    /// <returns>The sum of what was read, which is the same for each subject.</returns>
    public abstract long Read(ReadOnlySpan<int> indices);

    public virtual void Dispose()
    {
    }

    protected static InvalidOperationException NotAHit(string name) => new($"{name} did not find an entry that was written: the times cannot be compared.");
}
