using System.Diagnostics;
using System.Globalization;
using Strata.Lab.Verbs;

namespace Strata.Lab.Nodes;

/// <summary>A node in a process of its own, which does what it is told line by line.</summary>
internal sealed class ChildNode : IDisposable
{
    private readonly Process _process;

    public ChildNode(string server, bool isDurable)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is not known.");
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, typeof(ChildNode).Assembly.GetName().Name + ".dll"));
        foreach (string argument in (string[])[BackplaneChildVerb.VerbName, "--server", server, .. isDurable ? (string[])["--durable"] : []])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The child process did not start.");
        Ask("hello");
    }

    /// <summary>Has it do something and waits for its answer: numbers.</summary>
    public double[] Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The child process ended at '{command}'.");
        return [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
