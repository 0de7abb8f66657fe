using System.Diagnostics;
using System.Globalization;

namespace Strata.Lab.Measure;

/// <summary>
/// Runs a hidden verb of this program in a process of its own, where nothing else grows the memory or pauses the collector. A child
/// answers with lines of a name and a number.
/// </summary>
internal static class ChildProcess
{
    public static IReadOnlyDictionary<string, double> Run(params IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, UseShellExecute = false };
        // Started as 'dotnet Strata.Lab.dll', the process is the host and needs the assembly named again.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, typeof(ChildProcess).Assembly.GetName().Name + ".dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        using Process child = Process.Start(start) ?? throw new InvalidOperationException($"The child process of {program} did not start.");
        Dictionary<string, double> answer = [];
        while (child.StandardOutput.ReadLine() is { } line)
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            answer[line[..space]] = double.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
        }

        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"The child process '{string.Join(' ', start.ArgumentList)}' ended with code {child.ExitCode}.");
        return answer;
    }

    public static void Answer(string name, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:R}"));
}
