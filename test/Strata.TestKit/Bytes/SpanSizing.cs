namespace Strata.TestKit.Bytes;

/// <summary>How a <see cref="FragmentingBufferWriter"/> answers a request for a span.</summary>
public enum SpanSizing
{
    /// <summary>Exactly the bytes asked for; one byte when no number is given.</summary>
    ExactHint,

    /// <summary>At least the bytes asked for, but a small fragment when no number is given.</summary>
    AtLeastFragment,

    /// <summary>Never more than a fragment, whatever was asked for: a writer that breaks its contract.</summary>
    NeverAboveFragment,

    /// <summary>Far more than was asked for.</summary>
    Generous,
}
