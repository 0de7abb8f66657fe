namespace Strata.Demo.Catalogue;

/// <summary>The words that products, brands, categories and searches are made of.</summary>
internal static class Vocabulary
{
    public const int BrandCount = 1_000;
    private const int CategoriesPerThing = 4;

    private static readonly string[] Qualities =
    [
        "compact", "foldable", "wireless", "waterproof", "silent", "rugged", "portable", "classic", "modern", "vintage", "lightweight",
        "heavy", "adjustable", "modular", "ergonomic", "insulated", "magnetic", "rechargeable", "handmade", "recycled", "organic", "premium",
        "slim", "wide", "tall", "mini", "giant", "outdoor", "indoor", "travel", "studio", "kitchen", "garden", "office", "winter", "summer",
        "professional", "junior", "deluxe", "everyday",
    ];

    private static readonly string[] Materials =
    [
        "oak", "walnut", "bamboo", "steel", "aluminium", "copper", "brass", "titanium", "glass", "ceramic", "porcelain", "marble", "granite",
        "leather", "canvas", "linen", "cotton", "wool", "silk", "denim", "felt", "cork", "rubber", "silicone", "carbon", "nylon", "mesh",
        "velvet", "rattan", "concrete",
    ];

    private static readonly string[] Things =
    [
        "lamp", "chair", "desk", "shelf", "sofa", "stool", "bench", "cabinet", "mirror", "rug", "kettle", "toaster", "blender", "grinder",
        "skillet", "teapot", "mug", "bowl", "knife", "board", "backpack", "wallet", "suitcase", "tent", "bottle", "lantern", "hammock",
        "compass", "helmet", "gloves", "jacket", "scarf", "boots", "sneakers", "watch", "necklace", "speaker", "headphones", "keyboard",
        "mouse", "monitor", "charger", "camera", "tripod", "microphone", "turntable", "guitar", "drum", "piano", "violin", "bicycle",
        "scooter", "skateboard", "racket", "ball", "mat", "dumbbell", "planter", "shovel", "hose", "puzzle", "kite", "robot", "train",
        "notebook", "pen", "stapler", "easel", "paintbrush", "frame", "clock", "vase", "candle", "pillow", "blanket", "curtain", "drill",
        "hammer", "wrench", "saw",
    ];

    private static readonly string[] Departments =
        ["home", "kitchen", "travel", "fashion", "music", "sport", "garden", "toys", "office", "decoration", "workshop", "technology"];

    private static readonly string[] Lines = ["essentials", "favourites", "collection", "workshop"];

    private static readonly string[] Syllables =
        ["ar", "bel", "cor", "dan", "el", "fir", "gal", "hov", "il", "jor", "kan", "lum", "mar", "nor", "ol", "par", "quin", "ros", "sol", "tir", "ul", "ver", "wes", "yor", "zen"];

    private static readonly string[] Sentences =
    [
        "Built to last for years of daily use.", "Comes with everything you need to start.", "Easy to clean and quick to put away.",
        "Designed with people who use it every day.", "Tested in our own workshop before it ships.", "Fits small rooms and large ideas alike.",
        "Spare parts are available for ten years.", "Packed without plastic.", "A gift that is used rather than kept.",
        "The surface is finished by hand.", "Weighs less than it looks.", "Pairs well with the rest of the range.",
        "Two years of guarantee, no questions asked.", "The colour deepens with time.", "Assembled in minutes with one tool.",
    ];

    /// <summary>Four categories for each thing.</summary>
    public static int CategoryCount => Things.Length * CategoriesPerThing;

    /// <summary>Searches that visitors type: a quality or a material, and a thing.</summary>
    public static int PhraseCount => (Qualities.Length + Materials.Length) * Things.Length;

    public static int DepartmentCount => Departments.Length;

    public static string Department(int number) => Departments[number];

    /// <summary>The name of a category, numbered from 0.</summary>
    public static string Category(int number) => $"{Things[number / CategoriesPerThing]} {Lines[number % CategoriesPerThing]}";

    /// <summary>The thing that a category is about.</summary>
    public static int ThingOfCategory(int number) => number / CategoriesPerThing;

    public static string Quality(int number) => Qualities[number % Qualities.Length];

    public static string Material(int number) => Materials[number % Materials.Length];

    public static string Thing(int number) => Things[number % Things.Length];

    public static string Sentence(int number) => Sentences[number % Sentences.Length];

    /// <summary>The name of a brand, numbered from 0: two syllables, and a third when the two are used up.</summary>
    public static string Brand(int number)
    {
        int rest = number / Syllables.Length;
        string name = Syllables[number % Syllables.Length] + Syllables[rest % Syllables.Length];
        rest /= Syllables.Length;
        name = rest == 0 ? name : name + Syllables[rest % Syllables.Length];
        return char.ToUpperInvariant(name[0]) + name[1..];
    }

    /// <summary>The words of a search, numbered from 0 to <see cref="PhraseCount"/> − 1.</summary>
    public static string Phrase(int number)
    {
        int first = number / Things.Length;
        string word = first < Qualities.Length ? Qualities[first] : Materials[first - Qualities.Length];
        return $"{word} {Things[number % Things.Length]}";
    }
}
