namespace Strata.Keys;

/// <summary>Where the bytes of a <see cref="CacheKey"/> are.</summary>
internal enum KeyForm : byte
{
    /// <summary>Written into the key's own buffer, inline or rented. The default value is an empty key of this form.</summary>
    Written = 0,

    /// <summary>In the caller's span of UTF-8.</summary>
    Given = 1,

    /// <summary>Still text, too long for the inline buffer; the call that uses the key encodes it.</summary>
    Text = 2,
}
