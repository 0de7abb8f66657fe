namespace Strata.Files;

/// <summary>What is wrong with a store that cannot be opened.</summary>
public enum FileStoreFault
{
    /// <summary>The directory, or a file with a store's name in it, belongs to something else.</summary>
    NotAStore = 0,

    /// <summary>Another tier, here or in another process, has it open.</summary>
    InUse = 1,

    /// <summary>The system refuses to read or write it.</summary>
    NotAccessible = 2,

    /// <summary>It was written in a format that this version does not know.</summary>
    UnknownVersion = 3,

    /// <summary>The store's own file is damaged. Delete the directory: what is in it is lost.</summary>
    Damaged = 4,

    /// <summary>There is no room for it.</summary>
    NoSpace = 5,
}
