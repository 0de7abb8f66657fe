using System.Text;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Stacking;

/// <summary>Something that a tier has not been told yet: a value, a removal, an invalidation or a clear. What it says never changes; a newer one takes its place.</summary>
internal sealed class PendingWrite
{
    /// <summary>What one takes beside its key, tags and value, about.</summary>
    private const int OverheadBytes = 200;

    private TaskCompletionSource<TierWriteStatus>? _attempt;

    /// <summary>The key of a value or a removal; else <c>null</c>.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The value; <c>null</c> for all else.</summary>
    public byte[]? Value { get; init; }

    /// <summary>How the value is to be kept, with its timestamp.</summary>
    public EntryOptions Options { get; init; }

    /// <summary>The rule of an invalidation; <c>null</c> for all else.</summary>
    public InvalidationRule? Rule { get; init; }

    /// <summary>When it was asked for, on the clock's monotonic timestamp: a time to live runs from here.</summary>
    public long Since { get; init; }

    /// <summary>Which write of the tier it is: of two of one key the later one counts.</summary>
    public long Ticket { get; init; }

    /// <summary>How often the tier has failed at it while it did other things well.</summary>
    public int Failures { get; set; }

    /// <summary>How much the tier had answered when it failed at it last.</summary>
    public long Answers { get; set; }

    /// <summary>Whether a value's timestamp is that of the call, its caller having given none: it is newer than all that this process wrote before, whatever the tier's clock says.</summary>
    public bool IsExplicit { get; init; }

    public bool IsClear => Key is null && Rule is null;

    public int LengthBytes => OverheadBytes + (Key?.Length ?? 0) + (Value?.Length ?? 0) + TagBytes;

    private int TagBytes
    {
        get
        {
            int bytes = 0;
            foreach (string tag in Options.Tags)
                bytes += Encoding.UTF8.GetByteCount(tag);
            return bytes;
        }
    }

    /// <summary>What the next attempt comes to; before anybody else can see this write, or under the lock.</summary>
    public Task<TierWriteStatus> Attempt => (_attempt ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Tells those who wait what an attempt came to.</summary>
    public void Answer(TierWriteStatus status) => _attempt?.TrySetResult(status);

    /// <summary>Whether it is a value that a rule means.</summary>
    public bool IsMeant(InvalidationRule rule) => Value is not null && rule.Kind switch
    {
        InvalidationKind.AnyTag => rule.Tags.Any(HasTag),
        InvalidationKind.AllTags => rule.Tags.All(HasTag),
        _ => rule.MatchesKey(Key),
    };

    private bool HasTag(string tag) => Options.Tags.Contains(tag);

    /// <summary>The same key, to be removed.</summary>
    public PendingWrite AsRemoval() => new() { Key = Key, Since = Since, Ticket = Ticket, _attempt = _attempt };
}
