namespace Strata.Generators.Tests.Methods;

/// <summary>Overloads whose parameters' types differ in where they are declared only.</summary>
public interface IOverloadedRepo
{
    [Cached(Prefix = "overloaded")]
    int Get(DayOfWeek day);

    [Cached(Prefix = "overloaded")]
    int Get(Own.DayOfWeek day);
}
