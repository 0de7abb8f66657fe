namespace Strata.Generators.Keys;

/// <summary>The keys that a template can make, as a chain of places; used to find templates whose keys may meet.</summary>
/// <remarks>A place that repeats takes any number of characters of its set, which is more than some forms really write: the answer errs towards a warning.</remarks>
internal sealed class KeyPattern
{
    private readonly List<(CharacterSet Set, char? Literal, bool Repeats)> _places = [];

    public KeyPattern(IEnumerable<KeyStep> steps)
    {
        foreach (KeyStep step in steps)
        {
            if (step.Form is { } form)
                AddHole(form, step.End);
            else
                _places.AddRange(step.Text.Select(static sign => (CharacterSet.Of([sign]), (char?)sign, false)));
        }
    }

    /// <summary>Whether some key is made by both: a walk over the pairs of places at which both can be after the same characters.</summary>
    public bool Meets(KeyPattern other)
    {
        var seen = new HashSet<(int, int)>();
        var open = new Stack<(int Ours, int Theirs)>();
        Visit(0, 0);
        while (open.Count > 0)
        {
            (int ours, int theirs) = open.Pop();
            if (ours == _places.Count && theirs == other._places.Count)
                return true;
            bool isHole = ours < _places.Count && _places[ours].Repeats;
            bool isOtherHole = theirs < other._places.Count && other._places[theirs].Repeats;
            if (isHole)
                Visit(ours + 1, theirs);
            if (isOtherHole)
                Visit(ours, theirs + 1);
            if (ours < _places.Count && theirs < other._places.Count && Share(_places[ours], other._places[theirs]))
                Visit(isHole ? ours : ours + 1, isOtherHole ? theirs : theirs + 1);
        }

        return false;

        void Visit(int ours, int theirs)
        {
            if (seen.Add((ours, theirs)))
                open.Push((ours, theirs));
        }
    }

    private static bool Share((CharacterSet Set, char? Literal, bool Repeats) one, (CharacterSet Set, char? Literal, bool Repeats) other) =>
        one.Literal is { } literal && other.Literal is { } otherLiteral ? literal == otherLiteral : one.Set.Meets(other.Set);

    private void AddHole(HoleForm form, char end)
    {
        CharacterSet set = form.Alphabet is { } alphabet ? CharacterSet.Of(alphabet) : end is '\0' or '%' ? CharacterSet.Any : CharacterSet.Any.Without(end);
        // What is never empty takes one character at least.
        if (form.Alphabet is not null && !form.IsNullable)
            _places.Add((set, null, false));
        _places.Add((set, null, true));
    }
}
