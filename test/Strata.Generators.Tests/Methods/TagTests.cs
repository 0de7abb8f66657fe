using Strata.TestKit;
using Xunit;

namespace Strata.Generators.Tests.Methods;

/// <summary>What the tags of a decorator do when it runs.</summary>
public sealed class TagTests : IDisposable
{
    private readonly TieredCache _cache = new(new TieredCacheOptions { CapacityBytes = 1 << 20, BackgroundMaintenance = false });
    private readonly TaggedRepo _inner = new();
    private readonly ITaggedRepo _repo;

    public TagTests() => _repo = new CachedTaggedRepo(_inner, _cache);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Invalidates_AfterSuccess_InvalidatesEntriesOfTheTagAlone()
    {
        await FillAsync();

        await _repo.SaveAsync(1, fails: false, CancellationToken.None);

        Assert.Equal(4, await _repo.GetAsync(1, "a"));
        Assert.Equal(2, await _repo.GetAsync(2, "b"));
        Assert.Equal("motto 3", _repo.Motto());
    }

    [Fact]
    public async Task Invalidates_AfterFailure_InvalidatesNothing()
    {
        await FillAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => _repo.SaveAsync(1, fails: true, CancellationToken.None));

        Assert.Equal(1, await _repo.GetAsync(1, "a"));
    }

    [Fact]
    public async Task Invalidates_WithCancelledToken_StillInvalidatesWhatWasChanged()
    {
        await FillAsync();

        await _repo.SaveAsync(1, fails: false, new CancellationToken(canceled: true));

        Assert.Equal(4, await _repo.GetAsync(1, "a"));
    }

    [Fact]
    public async Task Invalidates_OfPropertyPaths_InvalidatesEachTag()
    {
        await FillAsync();

        Assert.Equal(1, _repo.Save(new(1, "b")));

        Assert.Equal(4, await _repo.GetAsync(1, "a"));
        Assert.Equal(5, await _repo.GetAsync(2, "b"));
    }

    [Fact]
    public async Task Invalidates_OfTagOfTheInterface_InvalidatesAll()
    {
        await FillAsync();

        Assert.True(await _repo.ClearAsync());

        Assert.Equal("motto 4", _repo.Motto());
        Assert.Equal(5, await _repo.GetAsync(1, "a"));
    }

    [Theory]
    [InlineData("50%")]
    [InlineData("a:b")]
    [InlineData("")]
    public async Task Tag_WhereOneTypeAllowsNullAndTheOtherDoesNot_IsTheSame(string tenant)
    {
        Assert.Equal(1, await _repo.GetAsync(1, tenant));
        Assert.Equal(2, await _repo.GetAsync(2, null));

        _repo.Forget(tenant);

        Assert.Equal(3, await _repo.GetAsync(1, tenant));
        Assert.Equal(2, await _repo.GetAsync(2, null));
    }

    [Fact]
    public async Task Hit_OfTaggedMethod_AllocatesNothing()
    {
        await FillAsync();

        Assert.True(Allocation.OfCalls(() => _repo.GetAsync(1, "a").Result == 1, out long bytes));
        Assert.Equal(0, bytes);
    }

    private async Task FillAsync()
    {
        Assert.Equal(1, await _repo.GetAsync(1, "a"));
        Assert.Equal(2, await _repo.GetAsync(2, "b"));
        Assert.Equal("motto 3", _repo.Motto());
    }
}
