using System.CommandLine;
using Xunit;

namespace Strata.Demo.Tests;

public sealed class DemoCommandTests
{
    [Theory]
    [InlineData("--products 999", "--products is 999; it must be from 1000 to 1000000.")]
    [InlineData("--seconds 0", "--seconds is 0; it must be from 0.1 to 3600.")]
    [InlineData("--tasks 0", "--tasks is 0; it must be from 1 to 1024.")]
    [InlineData("--capacity 0", "--capacity is 0; it must be from 1 to 1048576.")]
    [InlineData("--trace no-such-file", "--trace: there is no file 'no-such-file'.")]
    public void Parse_OutOfBounds_NamesOptionValueAndBounds(string arguments, string message) =>
        Assert.Contains(message, DemoCommand.Create().Parse(arguments).Errors.Select(error => error.Message));

    [Theory]
    [InlineData("--seconds soon")]
    [InlineData("--unheard-of 1")]
    public void Parse_Nonsense_IsAnError(string arguments) => Assert.NotEmpty(DemoCommand.Create().Parse(arguments).Errors);

    [Fact]
    public void Parse_EveryOption_IsAccepted() =>
        Assert.Empty(DemoCommand.Create().Parse("--products 2000 --seconds 0.5 --tasks 3 --capacity 8 --seed 4 --skew 1.1 --database x").Errors);

    [Fact]
    public async Task Run_SmallAndShort_EndsWithAgreement()
    {
        string folder = Directory.CreateTempSubdirectory("strata-demo-run-").FullName;
        try
        {
            var options = new DemoOptions { ProductCount = 1_000, Seconds = 0.1, TaskCount = 2, CapacityMiB = 1, DatabaseFolder = folder };
            Assert.Equal(0, await DemoRun.RunAsync(options, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
