using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests;

public sealed class UnsafeCodeTests
{
    private const string Engine = "src/Strata.Engine/";

    [Fact]
    public void Sources_OutsideTheEngine_AreSafe()
    {
        Offences.AssertNone(
            from path in RepositoryFiles.Under("src", ".cs")
            where !path.StartsWith(Engine, StringComparison.Ordinal)
            from place in UnsafeCode.Find(RepositoryFiles.Read(path))
            select $"{path}:{place}");
    }

    [Fact]
    public void Sources_OfTheEngine_AreFoundUnsafe()
    {
        Assert.Contains(RepositoryFiles.Under("src", ".cs"), path => path.StartsWith(Engine, StringComparison.Ordinal) && UnsafeCode.Find(RepositoryFiles.Read(path)).Any());
    }

    [Fact]
    public void ProjectsAndProps_OutsideTheEngine_DoNotAllowUnsafeBlocks()
    {
        string[] files = [.. RepositoryFiles.All.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && Path.GetExtension(path) is ".csproj" or ".props" or ".targets")];
        Assert.Contains(files, AllowsUnsafeBlocks);
        Offences.AssertNone(files.Where(path => AllowsUnsafeBlocks(path) && path != Engine + "Strata.Engine.csproj"));
    }

    [Theory]
    [InlineData("class A { unsafe void M() { } }")]
    [InlineData("unsafe struct A { }")]
    [InlineData("class A { void M() { unsafe { } } }")]
    [InlineData("class A { int M(ref byte b) => Unsafe.As<byte, int>(ref b); }")]
    [InlineData("class A { int M(ref byte b) => System.Runtime.CompilerServices.Unsafe.SizeOf<int>(); }")]
    [InlineData("using static System.Runtime.CompilerServices.Unsafe;")]
    [InlineData("using U = System.Runtime.CompilerServices.Unsafe;")]
    [InlineData("using static System.Runtime.InteropServices.MemoryMarshal;")]
    [InlineData("class A { ref int M(System.Span<int> s) => ref MemoryMarshal.GetReference(s); }")]
    [InlineData("class A { object M(ref int i) => MemoryMarshal.CreateSpan(ref i, 2).ToArray(); }")]
    [InlineData("class A { void M() => System.Runtime.InteropServices.NativeMemory.Free(null); }")]
    public void Find_UnsafeSource_FindsIt(string source) => Assert.NotEmpty(UnsafeCode.Find(source));

    [Theory]
    [InlineData("// unsafe Unsafe.As NativeMemory\nclass A { string S => \"unsafe Unsafe.As(x)\"; }")]
    [InlineData("class A { object M(System.Span<int> s) => MemoryMarshal.AsBytes(s).ToArray(); }")]
    [InlineData("class A { void GetReference() => this.GetReference(); }")]
    public void Find_SafeSource_FindsNothing(string source) => Assert.Empty(UnsafeCode.Find(source));

    private static bool AllowsUnsafeBlocks(string path) => RepositoryFiles.Read(path).Contains("AllowUnsafeBlocks", StringComparison.OrdinalIgnoreCase);
}
