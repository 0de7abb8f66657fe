namespace Strata.Demo.Measuring;

/// <summary>
/// One line that is written again and again while work goes on. On a terminal it stays in place; in a file or a pipe a line is added
/// every few seconds.
/// </summary>
internal sealed class ProgressLine(TextWriter output, bool inPlace, TimeProvider time)
{
    private static readonly TimeSpan IntervalOfLines = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private long _lastShown = time.GetTimestamp();
    private int _shownLength;

    /// <summary>A line on standard output.</summary>
    public static ProgressLine ForConsole() => new(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>Shows how far the work is.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (inPlace)
            {
                Rewrite(text);
            }
            else if (time.GetElapsedTime(_lastShown) >= IntervalOfLines)
            {
                _lastShown = time.GetTimestamp();
                output.WriteLine(text);
            }
        }
    }

    /// <summary>Shows the final state, which stays.</summary>
    public void Finish(string text)
    {
        lock (_gate)
        {
            if (inPlace)
                Rewrite(text);
            else
                output.Write(text);
            output.WriteLine();
            _shownLength = 0;
            _lastShown = time.GetTimestamp();
        }
    }

    // Blanks cover what a longer text left; a line that wrapped could not be returned to.
    private void Rewrite(string text)
    {
        int width = Math.Max(20, SafeWidth() - 1);
        string shown = text.Length > width ? text[..width] : text;
        output.Write('\r');
        output.Write(shown.PadRight(Math.Min(width, _shownLength)));
        output.Flush();
        _shownLength = shown.Length;
    }

    private static int SafeWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
