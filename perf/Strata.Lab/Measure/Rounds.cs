namespace Strata.Lab.Measure;

/// <summary>
/// Times of several subjects over interleaved rounds. Each round measures every subject once, and begins with another one, so that
/// a neighbour's burst or a warm cache meets all of them alike. A ratio is taken inside its round; the median is taken over rounds.
/// </summary>
internal sealed class Rounds
{
    private readonly double[][] _values;

    private Rounds(double[][] values) => _values = values;

    /// <summary>Runs <paramref name="count"/> rounds of <paramref name="slice"/>(subject, round), which returns the measured value.</summary>
    public static Rounds Run(int subjects, int count, Func<int, int, double> slice)
    {
        double[][] values = new double[subjects][];
        for (int subject = 0; subject < subjects; subject++)
            values[subject] = new double[count];
        for (int round = 0; round < count; round++)
        {
            for (int turn = 0; turn < subjects; turn++)
            {
                int subject = (round + turn) % subjects;
                values[subject][round] = slice(subject, round);
            }
        }

        return new(values);
    }

    /// <summary>The values of one subject, by round.</summary>
    public IReadOnlyList<double> this[int subject] => _values[subject];

    public double Median(int subject) => Median(_values[subject]);

    /// <summary>How many times the value of <paramref name="subject"/> goes into that of <paramref name="peer"/>: above 1 when the subject's times are shorter.</summary>
    public double TimesFaster(int subject, int peer) => Median(_values[peer].Zip(_values[subject], (theirs, ours) => theirs / ours));

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
