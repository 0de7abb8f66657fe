namespace Strata.House.Tests.Samples;

/// <summary>One fenced block of a Markdown file.</summary>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
/// <param name="Text">The lines between the fences.</param>
internal sealed record SampleBlock(string Language, int Line, string Text)
{
    private const string Fence = "```";

    /// <summary>All fenced blocks of a text, in order.</summary>
    public static IReadOnlyList<SampleBlock> Extract(string markdown)
    {
        var blocks = new List<SampleBlock>();
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int end = Array.IndexOf(lines, Fence, i + 1);
            if (end < 0)
                throw new InvalidDataException($"The block that starts in line {i + 1} does not end.");
            blocks.Add(new SampleBlock(lines[i][Fence.Length..].Trim(), i + 1, string.Join('\n', lines[(i + 1)..end])));
            i = end;
        }

        return blocks;
    }
}
