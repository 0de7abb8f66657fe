using Microsoft.Extensions.DependencyInjection;
using Strata.Entries;
using Strata.TestKit;
using Xunit;

namespace Strata.Generators.Tests.Methods;

/// <summary>What the decorator of <see cref="ISampleRepo"/> does when it runs.</summary>
public sealed class DecoratorTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TieredCache _cache;
    private readonly SampleRepo _inner = new();
    private readonly ISampleRepo _repo;

    public DecoratorTests()
    {
        _cache = new(new TieredCacheOptions { CapacityBytes = 1 << 20, TimeProvider = _time, BackgroundMaintenance = false });
        _repo = new CachedSampleRepo(_inner, _cache);
    }

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Call_Repeated_IsMadeOnce()
    {
        SampleItem first = await _repo.GetAsync(7, CancellationToken.None);
        SampleItem second = await _repo.GetAsync(7, CancellationToken.None);

        Assert.Equal(first, second);
        Assert.Equal(1, _inner.Calls);
        await _repo.GetAsync(8, CancellationToken.None);
        Assert.Equal(2, _inner.Calls);
    }

    [Fact]
    public async Task Call_AfterTtl_IsMadeAgain()
    {
        await _repo.GetAsync(7, CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        await _repo.GetAsync(7, CancellationToken.None);

        Assert.Equal(2, _inner.Calls);
    }

    [Theory]
    [InlineData("a:b", "c", "a", "b:c")]
    [InlineData("a", null, "a", "")]
    [InlineData("a%3A", "b", "a:", "b")]
    public async Task Calls_WithDifferentArguments_AreDifferentEntries(string tenant, string? name, string otherTenant, string? otherName)
    {
        SampleItem one = await _repo.FindAsync(tenant, name);
        SampleItem other = await _repo.FindAsync(otherTenant, otherName);

        Assert.Equal($"{tenant}/{name}", one.Name);
        Assert.Equal($"{otherTenant}/{otherName}", other.Name);
        Assert.Equal(2, _inner.Calls);
    }

    [Fact]
    public void Overloads_WithArgumentsThatWriteTheSame_AreDifferentEntries()
    {
        Assert.Equal(1, _repo.Count("5"));
        Assert.Equal(2, _repo.Count(5));
        Assert.Equal(1, _repo.Count("5", CancellationToken.None));
        Assert.Equal(2, _repo.Count(5));
    }

    [Fact]
    public void Overloads_WithTypesOfOneName_AreDifferentEntries()
    {
        IOverloadedRepo repo = new CachedOverloadedRepo(new OverloadedRepo(), _cache);

        Assert.Equal(1, repo.Get(DayOfWeek.Sunday));
        Assert.Equal(2, repo.Get(Own.DayOfWeek.Sunday));
        Assert.Equal(1, repo.Get(DayOfWeek.Sunday));
        Assert.True(_cache.TryGet("overloaded:Get(System.DayOfWeek):0", out int one) && one == 1);
        Assert.True(_cache.TryGet("overloaded:Get(Strata.Generators.Tests.Methods.Own.DayOfWeek):0", out int two) && two == 2);
    }

    [Fact]
    public async Task Token_OfCaller_IsNotTheLoads()
    {
        using var source = new CancellationTokenSource();
        await _repo.GetAsync(7, source.Token);

        Assert.NotEqual(source.Token, Assert.Single(_inner.Tokens));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _repo.GetAsync(9, source.Token));
        Assert.Single(_inner.Tokens);
    }

    [Fact]
    public async Task Null_WithoutNegativeTtl_IsReturnedAndNotKept()
    {
        for (int call = 0; call < 2; call++)
        {
            Assert.Null(await _repo.SeekAsync(0));
            Assert.Null(await _repo.NickAsync(0, CancellationToken.None));
            Assert.Null(_repo.Motto(0));
            Assert.Equal("sought", (await _repo.SeekAsync(1))!.Name);
            Assert.Equal("nick", await _repo.NickAsync(1, CancellationToken.None));
            Assert.Equal("motto", _repo.Motto(1));
        }

        Assert.Equal(9, _inner.Calls);
    }

    [Fact]
    public async Task Null_WithNegativeTtl_IsKeptSoLong()
    {
        using var cache = new TieredCache(new TieredCacheOptions
        {
            CapacityBytes = 1 << 20, TimeProvider = _time, BackgroundMaintenance = false, DefaultPolicy = new EntryPolicy { NegativeTtl = TimeSpan.FromSeconds(30) },
        });
        ISampleRepo repo = new CachedSampleRepo(_inner, cache);

        Assert.Null(await repo.SeekAsync(0));
        Assert.Null(await repo.SeekAsync(0));
        Assert.Equal(1, _inner.Calls);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(await repo.SeekAsync(0));
        Assert.Equal(2, _inner.Calls);
    }

    [Fact]
    public async Task Key_OfCall_IsPrefixMethodAndArguments()
    {
        await _repo.TextAsync();
        _repo.Count(5);

        Assert.True(_cache.TryGet("samples:TextAsync", out string? text));
        Assert.Equal("text 1", text);
        Assert.True(_cache.TryGet("samples:Count(int):5", out int count));
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task Members_WithoutAttribute_ArePassedOn()
    {
        int changes = 0;
        EventHandler count = (_, _) => changes++;
        _repo.Changed += count;
        await _repo.SaveAsync(new(1, "one"));
        _repo.Changed -= count;
        await _repo.SaveAsync(new(1, "one"));
        _repo.Name = "renamed";
        int calls = 0;

        Assert.Equal(1, changes);
        Assert.Equal("renamed", _inner.Name);
        Assert.Equal("echo", _repo.Echo("echo", ref calls));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Hit_OfPlainMethod_AllocatesNothing()
    {
        int first = _repo.Count("tenant");

        Assert.True(Allocation.OfCalls(() => _repo.Count("tenant") == first, out long bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task AddCachedSampleRepo_InServices_PutsTheDecoratorInFront()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_cache);
        services.AddCachedSampleRepo<SampleRepo>();
        await using ServiceProvider provider = services.BuildServiceProvider(validateScopes: true);
        await using AsyncServiceScope scope = provider.CreateAsyncScope();

        ISampleRepo repo = scope.ServiceProvider.GetRequiredService<ISampleRepo>();
        await repo.TextAsync();
        await repo.TextAsync();

        Assert.IsType<CachedSampleRepo>(repo);
        Assert.Equal(1, scope.ServiceProvider.GetRequiredService<SampleRepo>().Calls);
    }
}
