"""Items, categories, packs, and how packs become pieces."""
