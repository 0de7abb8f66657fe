using System.Text.Json.Serialization;

namespace Strata.Generators.Tests.Methods;

/// <summary>An interface whose decorator is written when this project is compiled.</summary>
[Cached(Json = typeof(SampleRepoJson), Prefix = "samples")]
public interface ISampleRepo
{
    string Name { get; set; }

    event EventHandler Changed;

    [Cached(Ttl = "5m")]
    Task<SampleItem> GetAsync(int id, CancellationToken cancellationToken);

    [Cached(Ttl = "1h")]
    ValueTask<SampleItem> FindAsync(string tenant, string? name);

    [Cached]
    int Count(string tenant, CancellationToken cancellationToken = default);

    [Cached]
    int Count(int tenant);

    [Cached(Ttl = "1d12h")]
    Task<string> TextAsync();

    [Cached]
    Task<SampleItem?> SeekAsync(int id);

    [Cached]
    ValueTask<string?> NickAsync(int id, CancellationToken cancellationToken);

    [Cached]
    string? Motto(int id);

    Task SaveAsync(SampleItem item);

    T Echo<T>(T value, ref int calls);
}

public sealed record SampleItem(int Id, string Name);

[JsonSerializable(typeof(SampleItem))]
internal sealed partial class SampleRepoJson : JsonSerializerContext;

/// <summary>Counts its calls.</summary>
public sealed class SampleRepo : ISampleRepo
{
    public int Calls { get; private set; }

    public List<CancellationToken> Tokens { get; } = [];

    public string Name { get; set; } = "";

    public event EventHandler Changed = (_, _) => { };

    public async Task<SampleItem> GetAsync(int id, CancellationToken cancellationToken)
    {
        Calls++;
        Tokens.Add(cancellationToken);
        await Task.Yield();
        return new(id, $"item {id}");
    }

    public ValueTask<SampleItem> FindAsync(string tenant, string? name)
    {
        Calls++;
        return new(new SampleItem(0, $"{tenant}/{name}"));
    }

    public int Count(string tenant, CancellationToken cancellationToken = default) => ++Calls;

    public int Count(int tenant) => ++Calls;

    public Task<string> TextAsync() => Task.FromResult($"text {++Calls}");

    public Task<SampleItem?> SeekAsync(int id) => Task.FromResult(++Calls > 0 && id > 0 ? new SampleItem(id, "sought") : null);

    public ValueTask<string?> NickAsync(int id, CancellationToken cancellationToken) => new(++Calls > 0 && id > 0 ? "nick" : null);

    public string? Motto(int id) => ++Calls > 0 && id > 0 ? "motto" : null;

    public Task SaveAsync(SampleItem item)
    {
        Calls++;
        Changed(this, EventArgs.Empty);
        return Task.CompletedTask;
    }

    public T Echo<T>(T value, ref int calls)
    {
        calls++;
        return value;
    }
}
