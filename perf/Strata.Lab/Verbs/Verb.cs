using System.CommandLine;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>One question to the lab: a command with the options that all share, and a measurement that reports figures.</summary>
internal abstract class Verb(string name, string question)
{
    private readonly Option<int?> _entries = new("--entries") { Description = "Entries in the store; without it, the verb's default." };
    private readonly Option<double?> _seconds = new("--seconds") { Description = "Seconds to measure each case, split over its rounds and subjects." };
    private readonly Option<int> _seed = new("--seed") { Description = "Seed of keys, values and draws.", DefaultValueFactory = _ => 42 };
    private readonly Option<bool> _all = new("--all") { Description = "The whole table; minutes instead of at most one." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line on standard output, and nothing else." };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "The table in Markdown." };

    protected string Name { get; } = name;

    /// <summary>A hidden verb is a child process of another one.</summary>
    protected virtual bool IsHidden => false;

    /// <summary>The options of this verb alone.</summary>
    protected virtual IEnumerable<Option> OwnOptions => [];

    /// <summary>The arguments of this verb alone.</summary>
    protected virtual IEnumerable<Argument> OwnArguments => [];

    public Command ToCommand()
    {
        Command command = new(Name, question) { Hidden = IsHidden };
        foreach (Option option in (Option[])[_entries, _seconds, _seed, _all, _json, _markdown, .. OwnOptions])
            command.Options.Add(option);
        foreach (Argument argument in OwnArguments)
            command.Arguments.Add(argument);
        _entries.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is <= 0)
                result.AddError("--entries must be positive.");
        });
        _seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0)
                result.AddError("--seconds must be positive.");
        });
        command.SetAction(Invoke);
        return command;
    }

    /// <summary>Measures and reports; the returned number is the exit code.</summary>
    protected abstract int Run(Request request, ParseResult parsed, IReport report);

    /// <summary>Progress for whoever waits; standard output stays the figures' own.</summary>
    protected static void Say(string note) => Console.Error.WriteLine(note);

    private int Invoke(ParseResult parsed)
    {
        IReport report = parsed.GetValue(_json) ? new JsonReport(Console.Out)
            : parsed.GetValue(_markdown) ? new MarkdownReport(Console.Out)
            : new TableReport(Name);
        Request request = new(parsed.GetValue(_entries), parsed.GetValue(_seconds), parsed.GetValue(_seed), parsed.GetValue(_all));
        int code = Run(request, parsed, report);
        report.Finish();
        return code;
    }
}
