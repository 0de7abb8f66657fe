namespace Strata.Generators.Tests.Methods.Own;

/// <summary>Has the name of the framework's.</summary>
public enum DayOfWeek
{
    Sunday,
}
