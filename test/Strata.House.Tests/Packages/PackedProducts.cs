using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests.Packages;

/// <summary>A temporary folder with the packages of all products, made once for the tests of this namespace.</summary>
public sealed class PackedProducts : IAsyncLifetime
{
    /// <summary>The folder of the packages.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("strata-packages-").FullName;

    public async ValueTask InitializeAsync()
    {
        string configuration = RepositoryFiles.BuildValue("Configuration");
        foreach (ProjectFile project in ProjectFile.OfProduct.Where(project => project.IsPackable))
        {
            await DotnetCommand.RunAsync(
                RepositoryFiles.Root, TestContext.Current.CancellationToken,
                "pack", project.Path, "-c", configuration, "--no-build", "-o", Folder, "-v", "quiet", "--nologo");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
