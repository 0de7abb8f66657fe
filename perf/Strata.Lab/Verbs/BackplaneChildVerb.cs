using System.CommandLine;
using System.Globalization;
using Strata.Lab.Measure;
using Strata.Lab.Nodes;

namespace Strata.Lab.Verbs;

/// <summary>The child process of <see cref="BackplaneVerb"/>: the node that hears of changes. It reads commands line by line and answers each with numbers.</summary>
internal sealed class BackplaneChildVerb() : Verb(VerbName, "Hears of the changes of another process; started by 'backplane'.")
{
    public const string VerbName = "backplane-child";

    private readonly Option<string> _server = new("--server") { Required = true };
    private readonly Option<bool> _isDurable = new("--durable");

    protected override bool IsHidden => true;

    protected override IEnumerable<Option> OwnOptions => [_server, _isDurable];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        WatchedTransport? transport = null;
        using LabNode node = new(parsed.GetValue(_server)!, parsed.GetValue(_isDurable), inner => transport = new WatchedTransport(inner));
        using CancellationTokenSource busy = new();
        int kept = 0, before = 0, stale = 0;
        transport!.Resuming = () => stale = node.CountKept(kept);
        while (Console.ReadLine() is { } command)
        {
            double[] answer = [];
            switch (command.Split(' ')[0])
            {
                case "met":
                    SpinWait.SpinUntil(() => node.Statistics.Nodes > 0);
                    break;
                case "lags":
                    answer = transport.TakeLags();
                    break;
                case "work":
                    _ = Task.Run(() => Read(node, busy.Token));
                    break;
                case "keep":
                    kept = int.Parse(command.Split(' ')[1], CultureInfo.InvariantCulture);
                    node.Keep(kept);
                    break;
                case "lost":
                    SpinWait.SpinUntil(() => !node.Statistics.IsConnected);
                    before = transport.Resumptions;
                    break;
                case "resumed":
                    SpinWait.SpinUntil(() => transport.Resumptions > before);
                    answer = [stale];
                    break;
                case "heard":
                    SpinWait.SpinUntil(() => !node.Keeps(kept - 1));
                    break;
                case "count":
                    answer = [node.CountKept(kept)];
                    break;
            }

            Console.WriteLine(string.Join(' ', answer.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        }

        busy.Cancel();
        return 0;
    }

    private static void Read(LabNode node, CancellationToken token)
    {
        for (int i = 0; !token.IsCancellationRequested; i++)
            node.Cache.GetOrAdd($"load:{i % 1000}", 1L, static (value, _) => value, cancellationToken: CancellationToken.None);
    }
}
