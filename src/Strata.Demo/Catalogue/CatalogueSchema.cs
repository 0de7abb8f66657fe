namespace Strata.Demo.Catalogue;

/// <summary>The tables of the catalogue.</summary>
internal static class CatalogueSchema
{
    /// <summary>Raised with every change of tables or content, so that databases of former versions are not used.</summary>
    public const int Version = 1;

    // Stock and reviews are stored in the order of their product, so that a page reads each from one place.
    public const string Tables =
        """
        CREATE TABLE brand (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE department (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL, department_id INTEGER NOT NULL REFERENCES department);
        CREATE TABLE product (
            id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, price_cents INTEGER NOT NULL,
            popularity INTEGER NOT NULL, brand_id INTEGER NOT NULL REFERENCES brand, category_id INTEGER NOT NULL REFERENCES category);
        CREATE TABLE stock (
            product_id INTEGER NOT NULL REFERENCES product, warehouse INTEGER NOT NULL, quantity INTEGER NOT NULL,
            PRIMARY KEY (product_id, warehouse)) WITHOUT ROWID;
        CREATE TABLE review (
            product_id INTEGER NOT NULL REFERENCES product, number INTEGER NOT NULL, stars INTEGER NOT NULL,
            PRIMARY KEY (product_id, number)) WITHOUT ROWID;
        """;

    /// <summary>Made after the rows are in: building them once is quicker than keeping them up.</summary>
    public const string Indices =
        """
        CREATE INDEX product_by_category ON product (category_id, popularity DESC);
        CREATE VIRTUAL TABLE product_text USING fts5 (name, description, content = 'product', content_rowid = 'id');
        INSERT INTO product_text (product_text) VALUES ('rebuild');
        INSERT INTO product_text (product_text) VALUES ('optimize');
        ANALYZE;
        """;
}
