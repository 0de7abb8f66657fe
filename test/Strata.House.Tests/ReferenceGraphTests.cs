using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests;

public sealed class ReferenceGraphTests
{
    [Fact]
    public void References_OfProduct_GoDown()
    {
        Assert.Contains(ProjectFile.OfProduct, project => project.References.Any());
        Offences.AssertNone(
            from project in ProjectFile.OfProduct
            from reference in project.References
            let objection = ReferenceGraph.Objection(project.Name, reference)
            where objection is not null
            select objection);
    }

    [Fact]
    public void Projects_OfProduct_HaveAFloor() => Offences.AssertNone(ProjectFile.OfProduct.Where(project => !ReferenceGraph.HasFloor(project.Name)).Select(project => project.Name));

    [Theory]
    [InlineData("Strata.Engine", "src/Strata/Strata.csproj")]
    [InlineData("Strata.Files", "src/Strata.Redis/Strata.Redis.csproj")]
    [InlineData("Strata", "test/Strata.TestKit/Strata.TestKit.csproj")]
    [InlineData("Strata.Unheard", "src/Strata/Strata.csproj")]
    public void Objection_ReferenceUpwardsSidewaysOrOutside_IsRaised(string from, string to) => Assert.NotNull(ReferenceGraph.Objection(from, to));

    [Fact]
    public void Objection_ReferenceDownwards_IsNone() => Assert.Null(ReferenceGraph.Objection("Strata.Demo", "src/Strata.Engine/Strata.Engine.csproj"));

    [Fact]
    public void Solution_Projects_AreAllThere()
    {
        string solution = RepositoryFiles.Read("Cache.sln").Replace('\\', '/');
        Offences.AssertNone(ProjectFile.All.Where(project => !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal)).Select(project => project.Path));
    }
}
