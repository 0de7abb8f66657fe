namespace Strata.Engine.Stress.Explore.Model;

/// <summary>The first of one or more words of the model's memory. Its address is a number, so a slot can hold it; 0 is no location.</summary>
internal readonly record struct Location(int Address)
{
    public static implicit operator Expression(Location location) => location.Address;

    public static Location operator +(Location location, int words) => new(location.Address + words);
}
