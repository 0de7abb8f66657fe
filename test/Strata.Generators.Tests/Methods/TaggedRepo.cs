namespace Strata.Generators.Tests.Methods;

/// <summary>An interface whose entries have tags, and whose other methods invalidate them.</summary>
[Cached(Prefix = "tagged", Tags = ["all"])]
public interface ITaggedRepo
{
    [Cached(Ttl = "5m", Tags = ["item:{id}", "tenant:{tenant}"])]
    ValueTask<int> GetAsync(int id, string? tenant);

    [Cached]
    string Motto();

    [Cached(Invalidates = ["item:{id}"])]
    Task SaveAsync(long id, bool fails, CancellationToken cancellationToken);

    [Cached(Invalidates = ["item:{item.Id}", "tenant:{item.Name}"])]
    int Save(SampleItem item);

    [Cached(Invalidates = ["all"])]
    ValueTask<bool> ClearAsync();

    [Cached(Invalidates = ["tenant:{tenant}"])]
    void Forget(string tenant);
}

/// <summary>Counts its calls.</summary>
public sealed class TaggedRepo : ITaggedRepo
{
    public int Calls { get; private set; }

    public ValueTask<int> GetAsync(int id, string? tenant) => new(++Calls);

    public string Motto() => $"motto {++Calls}";

    public async Task SaveAsync(long id, bool fails, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (fails)
            throw new InvalidOperationException("refused");
    }

    public int Save(SampleItem item) => item.Id;

    public ValueTask<bool> ClearAsync() => new(true);

    public void Forget(string tenant)
    {
    }
}
