namespace Strata.Lab.Load;

/// <summary>How the keys of a load are drawn.</summary>
internal enum Distribution
{
    Uniform = 0,
    Zipf = 1,
}
