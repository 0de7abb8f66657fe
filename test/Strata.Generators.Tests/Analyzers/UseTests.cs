using Strata.CodeFixes;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.Analyzers;

/// <summary>What is reported of calls of the cache, and what is left alone; and what the fixes make of it.</summary>
public sealed class UseTests
{
    [Theory]
    [InlineData("cache.GetOrAdd(key, load => Text(id));", "STRATA121:load => Text(id)")]
    [InlineData("cache.GetOrAdd(key, load => Text(_size));", "STRATA121:load => Text(_size)")]
    [InlineData("cache.GetOrAdd(key, 1, (one, load) => Text(id));", "STRATA121:(one, load) => Text(id)")]
    [InlineData("cache.TryGet($\"{name}:{other}\", out int _);", "STRATA122:$\"{name}:{other}\"")]
    [InlineData("cache.TryGet($\"{name}:{id}:{other}\", out int _);", "STRATA122:$\"{name}:{id}:{other}\"")]
    [InlineData("cache.TryGet(name + \":\" + other, out int _);", "STRATA122:name + \":\" + other")]
    [InlineData("CacheKey made = $\"{name}{other}\"; cache.Remove(made);", "STRATA122:$\"{name}{other}\"")]
    [InlineData("cache.SetAsync(key, 1);", "STRATA123:cache.SetAsync(key, 1)")]
    [InlineData("cache.RemoveAsync(key);", "STRATA123:cache.RemoveAsync(key)")]
    public async Task Use_Doubtful_IsReported(string statement, string expected) => Assert.Equal([expected], await AnalyzerRun.OfAsync(Around(statement)));

    [Theory]
    [InlineData("cache.GetOrAdd(key, static load => Text(1));")]
    [InlineData("cache.GetOrAdd(key, load => Text(1));")]
    [InlineData("cache.GetOrAdd(key, id, static (id, load) => Text(id));")]
    [InlineData("cache.GetOrAdd(key, load => { int own = 1; return Text(own); });")]
    [InlineData("cache.TryGet($\"{name}\", out int _);")]
    [InlineData("cache.TryGet($\"user:{id}:{name}\", out int _);")]
    [InlineData("cache.TryGet($\"{name}:{id}:{Fixed}\", out int _);")]
    [InlineData("cache.TryGet(\"user:\" + name, out int _);")]
    [InlineData("string.Concat($\"{name}:{other}\");")]
    [InlineData("_ = cache.SetAsync(key, 1);")]
    [InlineData("ValueTask<bool> task = cache.SetAsync(key, 1); task.AsTask().Wait();")]
    [InlineData("cache.Remove(key);")]
    public async Task Use_Right_IsLeftAlone(string statement) => Assert.Empty((await AnalyzerRun.DiagnosticsAsync(Around(statement), mustCompile: true)).Select(note => note.ToString()));

    [Theory]
    [InlineData("await cache.SetAsync(key, 1);", "STRATA124:cache.SetAsync(key, 1)")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => LoadAsync(id), default, token);", "STRATA124:LoadAsync(id)")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, _) => LoadAsync(id), default, token);", "STRATA124:LoadAsync(id)")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => OverloadedAsync(id), default, token);", "STRATA124:OverloadedAsync(id)")]
    [InlineData("await cache.GetOrAddAsync(key, token, static (token, load) => LoadAsync(1, token), default, token);", "STRATA125:token")]
    [InlineData("await cache.GetOrAddAsync(key, (1, token), static (state, load) => LoadAsync(state.Item1, state.token), default, token);", "STRATA125:state.token")]
    public async Task Token_ForgottenOrForeign_IsReported(string statement, string expected) => Assert.Equal([expected], await AnalyzerRun.OfAsync(Around(statement, isAsync: true)));

    [Theory]
    [InlineData("await cache.SetAsync(key, 1, default, token);")]
    [InlineData("await cache.SetAsync(key, 1, default, CancellationToken.None);")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => LoadAsync(id, load.CancellationToken), default, token);")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => LoadAsync(id, CancellationToken.None), default, token);")]
    [InlineData("await cache.GetOrAddAsync(key, id, static async (id, load) => { using var own = new CancellationTokenSource(); CancellationToken limited = own.Token; return await LoadAsync(id, limited); }, default, token);")]
    [InlineData("await LoadAsync(id);")]
    public async Task Token_Passed_IsLeftAlone(string statement) =>
        Assert.Empty((await AnalyzerRun.DiagnosticsAsync(Around(statement, isAsync: true), mustCompile: true)).Select(note => note.ToString()));

    [Theory]
    [InlineData("cache.GetOrAdd(key, load => Text(id));", "cache.GetOrAdd(key, id, static (id, load) => Text(id));")]
    [InlineData("cache.GetOrAdd(key, (load) => { return Text(id + id); }, TimeSpan.FromDays(1));", "cache.GetOrAdd(key, id, static (id, load) => { return Text(id + id); }, TimeSpan.FromDays(1));")]
    [InlineData("cache.GetOrAdd(key, load => Text(id + name.Length));", "cache.GetOrAdd(key, (id, name), static (state, load) => Text(state.id + state.name.Length));")]
    [InlineData("cache.GetOrAdd(key, load => Text(_size));", "cache.GetOrAdd(key, this, static (self, load) => Text(self._size));")]
    [InlineData("cache.GetOrAdd(key, load => Mine(this._size) + id);", "cache.GetOrAdd(key, (self: this, id), static (state, load) => state.self.Mine(state.self._size) + state.id);")]
    [InlineData("cache.GetOrAdd(factory: load => Text(id), key: key);", "cache.GetOrAdd(state: id, factory: static (id, load) => Text(id), key: key);")]
    public async Task PassState_OfCapture_PassesIt(string statement, string expected) => Assert.Equal(Around(expected), await FixRun.ApplyAsync(new PassStateFix(), Around(statement)));

    [Theory]
    [InlineData("cache.GetOrAdd(key, load => Text(id++));")]
    [InlineData("cache.GetOrAdd(key, 1, (one, load) => Text(id));")]
    public async Task PassState_WhereItWouldChangeTheMeaning_IsNotOffered(string statement) => Assert.Null(await FixRun.ApplyAsync(new PassStateFix(), Around(statement)));

    [Fact]
    public async Task PassState_OfAsyncFactory_KeepsItAsync() => Assert.Equal(
        Around("await cache.GetOrAddAsync(key, id, static async (id, load) => await LoadAsync(id, load.CancellationToken), default, token);", isAsync: true),
        await FixRun.ApplyAsync(new PassStateFix(), Around("await cache.GetOrAddAsync(key, async load => await LoadAsync(id, load.CancellationToken), default, token);", isAsync: true)));

    [Fact]
    public async Task Await_InAsyncMethod_Awaits() => Assert.Equal(
        Around("await cache.SetAsync(key, 1, default, token);", isAsync: true), await FixRun.ApplyAsync(new AwaitFix(), Around("cache.SetAsync(key, 1, default, token);", isAsync: true)));

    [Fact]
    public async Task Await_InPlainMethod_IsNotOffered() => Assert.Null(await FixRun.ApplyAsync(new AwaitFix(), Around("cache.SetAsync(key, 1);")));

    [Theory]
    [InlineData("await cache.SetAsync(key, 1);", "await cache.SetAsync(key, 1, cancellationToken: token);")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => LoadAsync(id), default, token);", "await cache.GetOrAddAsync(key, id, static (id, load) => LoadAsync(id, cancellation: load.CancellationToken), default, token);")]
    [InlineData("await cache.GetOrAddAsync(key, id, static (id, load) => OverloadedAsync(id), default, token);", "await cache.GetOrAddAsync(key, id, static (id, load) => OverloadedAsync(id, load.CancellationToken), default, token);")]
    [InlineData("await cache.GetOrAddAsync(key, token, static (token, load) => LoadAsync(1, token), default, token);", "await cache.GetOrAddAsync(key, token, static (token, load) => LoadAsync(1, load.CancellationToken), default, token);")]
    public async Task PassToken_OfReport_PassesIt(string statement, string expected) =>
        Assert.Equal(Around(expected, isAsync: true), await FixRun.ApplyAsync(new PassTokenFix(), Around(statement, isAsync: true)));

    private static string Around(string statement, bool isAsync = false) =>
        $$"""
        using Strata;

        public sealed class User(int size)
        {
            private const string Fixed = "fixed";
            private readonly int _size = size;

            {{(isAsync
                ? "public async Task UseAsync(TieredCache cache, string key, int id, string name, string other, CancellationToken token)"
                : "public void Use(TieredCache cache, string key, int id, string name, string other)")}}
            {
                {{statement}}
            }

            private static string Text(int id) => $"{id}";
            private string Mine(int id) => $"{id}{_size}";
            private static ValueTask<string> LoadAsync(int id, CancellationToken cancellation = default) => new($"{id}");
            private static ValueTask<string> OverloadedAsync(int id) => new($"{id}");
            private static ValueTask<string> OverloadedAsync(int id, CancellationToken cancellation) => new($"{id}");
        }
        """;
}
