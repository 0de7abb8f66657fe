using Strata.Generators.Methods;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.Methods;

public sealed class CachedMethodGeneratorTests
{
    private const string Interface =
        """
        using Strata;

        namespace App;

        public interface IBase
        {
            int Version { get; }

            void Reload();
        }

        public interface IRepo : IBase
        {
            event Action Changed;

            string this[int index] { get; set; }

            [Cached(Ttl = "1d12h")]
            Task<string> TextAsync(string tenant, int? @class, CancellationToken cancellationToken = default);

            [Cached]
            Guid Id();

            [Cached(Prefix = "named")]
            ValueTask<byte[]?> BytesAsync(DateOnly day);

            [Cached]
            int Get(int id);

            [Cached]
            int Get(string id);

            T? Pass<T>(in T value, ref int count, params string[] more) where T : notnull, new();

            ref readonly int Reference();
        }
        """;

    private const string Class =
        """
        using Strata;

        public sealed record User(int Id);

        public sealed class UserPayload : Strata.Payloads.IPayloadSerializer<User>
        {
            public void Write(User value, System.Buffers.IBufferWriter<byte> destination) { }

            public bool TryRead(in System.Buffers.ReadOnlySequence<byte> payload, out User value)
            {
                value = new User(1);
                return true;
            }
        }

        internal interface IRepo
        {
            User Get(int id);

            void Save(User user);
        }

        [Cached(Serializer = typeof(UserPayload), Ttl = "30s")]
        internal sealed class Repo : IRepo
        {
            [Cached(Ttl = "1m")]
            public User Get(int id) => new(id);

            public void Save(User user) { }
        }
        """;

    private const string Empty =
        """
        using Strata;

        public interface IThing
        {
            [Cached]
            string Name();
        }
        """;

    private const string Tags =
        """
        using Strata;

        public sealed record User(int Id, string? Tenant);

        [Cached(Tags = ["users"], Ttl = "30s")]
        public interface IUsers
        {
            [Cached(Tags = ["user:{id}", "tenant:{tenant}:users"])]
            ValueTask<int> AgeAsync(int id, string tenant, CancellationToken cancellationToken);

            [Cached]
            int Count();

            [Cached(Invalidates = ["user:{user.Id}", "tenant:{user.Tenant}:users"])]
            Task<bool> SaveAsync(User user, CancellationToken cancellationToken);

            [Cached(Invalidates = ["users"])]
            void Clear();
        }
        """;

    [Theory]
    [InlineData("Tags", Tags, false)]
    [InlineData("Interface", Interface, true)]
    [InlineData("Class", Class, true)]
    [InlineData("WithoutServices", Empty, false)]
    public void Generate_Source_IsAsExpectedAndCompiles(string name, string source, bool hasServices)
    {
        GeneratorRun run = GeneratorRun.Of(new CachedMethodGenerator(), source, hasServices);

        run.Load();
        GoldenFile.Matches($"Methods/{name}.txt", run.Text);
    }

    [Fact]
    public void Generate_AfterUnrelatedEdit_IsCached() => GeneratorRun.Of(new CachedMethodGenerator(), Interface).AssertCachedAfterUnrelatedEdit();

    [Fact]
    public void Generate_Model_KeepsNoSymbols() => GeneratorRun.Of(new CachedMethodGenerator(), Interface).AssertNoSymbolsKept();
}
