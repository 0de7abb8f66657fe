namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// One state of the machine: memory, and for each thread which instructions were performed and what they loaded. A word of memory also
/// knows which store wrote it, so that two stores of the same value stay two.
/// </summary>
internal sealed class MachineState
{
    public required int[] Memory { get; init; }

    /// <summary>The store that wrote each word (<see cref="Machine.StoreId"/>), 0 for the first value.</summary>
    public required int[] Writers { get; init; }

    /// <summary>For each thread, a bit for each instruction performed.</summary>
    public required uint[] Done { get; init; }

    /// <summary>For each thread and instruction, what it loaded; 0 while it is not performed.</summary>
    public required int[][] Results { get; init; }

    /// <summary>For each thread and instruction, the store it loaded from; 0 while it is not performed.</summary>
    public required int[][] Sources { get; init; }

    public bool IsDone(int thread, int instruction) => (Done[thread] >> instruction & 1) != 0;

    public static MachineState Initial(Scenario scenario) => new()
    {
        Memory = [.. scenario.InitialMemory],
        Writers = new int[scenario.InitialMemory.Count],
        Done = new uint[scenario.Threads.Count],
        Results = [.. scenario.Threads.Select(thread => new int[thread.Instructions.Count])],
        Sources = [.. scenario.Threads.Select(thread => new int[thread.Instructions.Count])],
    };

    /// <summary>A copy whose memory and whose thread <paramref name="thread"/> may be changed; the other threads are shared with this state.</summary>
    public MachineState CopyFor(int thread)
    {
        var copy = new MachineState
        {
            Memory = [.. Memory],
            Writers = [.. Writers],
            Done = [.. Done],
            Results = [.. Results],
            Sources = [.. Sources],
        };
        copy.Results[thread] = [.. Results[thread]];
        copy.Sources[thread] = [.. Sources[thread]];
        return copy;
    }

    /// <summary>The whole state as text: equal exactly for equal states.</summary>
    public string Key()
    {
        var key = new System.Text.StringBuilder();
        foreach (int[] words in (int[][])[Memory, Writers, .. Results, .. Sources])
        {
            foreach (int word in words)
                key.Append((char)word);
        }

        foreach (uint done in Done)
            key.Append((char)(done & 0xFFFF)).Append((char)(done >> 16));
        return key.ToString();
    }
}
