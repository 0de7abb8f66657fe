using System.Globalization;
using Strata.Files.Stress;

// kill [ROUNDS] [SEED]   kills a writing process at random moments and checks what is left (1,000 rounds by default)
// write DIR ROUND        what is killed: writes until then
switch (args)
{
    case ["write", string directory, string round]:
        await KilledWriter.RunAsync(directory, Number(round));
        return 0;
    case ["kill", .. string[] rest]:
        int rounds = rest.Length > 0 ? Number(rest[0]) : 1_000, seed = rest.Length > 1 ? Number(rest[1]) : Environment.TickCount;
        DirectoryInfo place = Directory.CreateTempSubdirectory("strata-files-stress-");
        try
        {
            KillReport report = await KillRun.RunAsync(place.FullName, rounds, seed, Console.WriteLine);
            Console.WriteLine(report);
            return report.IsGood ? 0 : 1;
        }
        finally
        {
            place.Delete(recursive: true);
        }

    default:
        Console.WriteLine("kill [ROUNDS] [SEED] | write DIR ROUND");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
