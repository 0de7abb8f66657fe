using System.Text;

namespace Strata.TestKit.Scripts;

/// <summary>A list of operations that prints itself, one a line.</summary>
public sealed class OperationScript(IReadOnlyList<StoreOperation> operations)
{
    public IReadOnlyList<StoreOperation> Operations { get; } = operations;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"script of {Operations.Count} operations");
        for (int i = 0; i < Operations.Count; i++)
            text.AppendLine($"  {i}: {Operations[i]}");
        return text.ToString();
    }
}
