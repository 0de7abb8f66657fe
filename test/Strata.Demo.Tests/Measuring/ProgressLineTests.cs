using Strata.Demo.Measuring;
using Strata.TestKit;
using Xunit;

namespace Strata.Demo.Tests.Measuring;

public sealed class ProgressLineTests
{
    [Fact]
    public void Show_Redirected_AddsALineEveryTwoSeconds()
    {
        var output = new StringWriter { NewLine = "\n" };
        var time = new ManualTimeProvider();
        var line = new ProgressLine(output, inPlace: false, time);
        for (int i = 1; i <= 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            line.Show($"at {i}");
        }

        line.Finish("done");

        Assert.Equal("at 2\nat 4\ndone\n", output.ToString());
    }

    [Fact]
    public void Show_InPlace_CoversWhatALongerTextLeft()
    {
        var output = new StringWriter { NewLine = "\n" };
        var line = new ProgressLine(output, inPlace: true, new ManualTimeProvider());
        line.Show("longer");
        line.Finish("short");

        Assert.Equal("\rlonger\rshort \n", output.ToString());
    }
}
