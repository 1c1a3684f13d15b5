"""What people call the columns of their lists, in the languages we meet."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from aidtrack.core.i18n import _
from aidtrack.imports.cells import VOLUME_UNITS, WEIGHT_UNITS


class Kind(StrEnum):
    """What a person says that they are importing."""

    ITEMS = "items"
    PLACES = "places"
    STOCK = "stock"


class ListName(StrEnum):
    """The lists we know by their headings. Some we only know well enough to decline."""

    ITEMS = "items"
    KITS = "kits"
    PLACES = "places"
    AREAS = "areas"
    STOCK = "stock"
    LEVELS = "levels"
    REQUISITIONS = "requisitions"


KIND_OF: Mapping[ListName, Kind | None] = {
    ListName.ITEMS: Kind.ITEMS,
    ListName.KITS: Kind.ITEMS,
    ListName.PLACES: Kind.PLACES,
    ListName.AREAS: Kind.PLACES,
    ListName.STOCK: Kind.STOCK,
    ListName.LEVELS: Kind.STOCK,
    ListName.REQUISITIONS: None,
}


def describe(name: ListName) -> str:
    """The list in words, to finish "This looks like …"."""
    return {
        ListName.ITEMS: _("a list of items"),
        ListName.KITS: _("a list of what kits contain"),
        ListName.PLACES: _("a list of warehouses and other places"),
        ListName.AREAS: _("a list of areas with P-codes"),
        ListName.STOCK: _("a list of stock"),
        ListName.LEVELS: _("a list of stock levels (minimum, reorder, maximum)"),
        ListName.REQUISITIONS: _("a list of requisitions"),
    }[name]


@dataclass(frozen=True, slots=True)
class Known:
    """A list by its columns. `must` holds alternatives: one column of each is needed.

    A `telling` column hardly stands in another list, so it weighs more.
    """

    columns: Mapping[str, tuple[str, ...]]
    must: tuple[tuple[str, ...], ...]
    telling: frozenset[str]


_ITEM_CODE = (
    "item code", "product code", "material code", "sku", "article number", "catalogue number",
    "item number", "item no", "code article", "code produit", "référence article",
    "código de artículo", "código del producto", "код товара", "код номенклатуры", "артикул",
)  # fmt: skip
_ITEM_NAME = (
    "item name", "product name", "item description", "item", "product", "article", "material",
    "désignation", "produit", "nom du produit", "libellé", "artículo", "producto",
    "наименование товара", "номенклатура", "товар",
)  # fmt: skip
_NAME = ("name", "nom", "nombre", "наименование", "название", "title", "номи", "аталышы", "الاسم")
_CODE = ("code", "codigo", "código", "код", "коду", "рамз", "id code", "الرمز")
_CATEGORY = (
    "category", "item category", "product category", "catégorie", "categoria", "categoría",
    "категория", "group", "famille", "الفئة",
)  # fmt: skip
_UNIT = (
    "units", "unit", "unit of measure", "uom", "base unit", "unité", "unité de mesure", "unidad",
    "unidad de medida", "ед изм", "единица", "единица измерения", "الوحدة",
)  # fmt: skip
_QUANTITY = (
    "physical qoh", "quantity", "qty", "quantité", "qté", "cantidad", "quantidade", "количество",
    "кол во", "саны", "миқдор", "on hand", "quantity on hand", "qty on hand", "stock on hand",
    "current quantity", "balance", "solde", "остаток", "الكمية",
)  # fmt: skip
_CURRENCY = ("currency", "devise", "moneda", "валюта", "العملة")
_COMMENT = (
    "comments", "comment", "remarks", "notes", "note", "commentaire", "commentaires",
    "observaciones", "комментарий", "примечание",
)  # fmt: skip
_COUNTRY = ("country", "location", "pays", "país", "pais", "страна", "country code")

LISTS: Mapping[ListName, Known] = {
    ListName.ITEMS: Known(
        columns={
            "code": (*_ITEM_CODE, *_CODE),
            "name": (*_ITEM_NAME, *_NAME, "description", "descripción"),
            "category": _CATEGORY,
            "unit": _UNIT,
            "has_expiry": (
                "lot and expiry control", "has expiry", "expires", "expiry control",
                "shelf life controlled", "срок годности",
            ),
            "cold_chain": ("cold chain", "chaîne du froid", "cadena de frío", "холодовая цепь"),
            "unit_value": (
                "unit cost", "unit value", "unit price", "price", "cost", "prix unitaire",
                "precio unitario", "цена",
            ),
            "currency": _CURRENCY,
            "pack": ("pack", "package", "packaging", "emballage", "упаковка"),
            "pack_size": (
                "pack quantity", "pack size", "package size", "units per pack",
                "quantité par colis", "количество в упаковке",
            ),
            "barcode": (
                "barcode", "bar code", "ean", "gtin", "upc", "code barres", "code à barres",
                "código de barras", "штрихкод", "штрих код", "الرمز الشريطي", "باركود",
            ),
            "pack_barcode": (
                "pack barcode", "pack bar code", "barcode of the pack", "gtin of the pack",
                "pack gtin", "pack ean", "carton barcode", "carton gtin", "case barcode",
                "case gtin", "box barcode", "code barres colis", "code barres du carton",
                "código de barras del paquete", "código de barras de la caja",
                "штрихкод упаковки", "штрихкод коробки", "باركود العبوة", "باركود الكرتونة",
            ),
            "active": ("active", "actif", "activo", "активен"),
            "weight": (),
            "volume": (),
        },
        must=(("name",),),
        telling=frozenset({"category", "weight", "volume", "has_expiry", "cold_chain"}),
    ),
    ListName.KITS: Known(
        columns={
            "kit": ("kit", "kit name", "kit code", "набор"),
            "item": (*_ITEM_NAME, *_ITEM_CODE, "component"),
            "unit": _UNIT,
            "quantity": _QUANTITY,
        },
        must=(("kit",), ("item",)),
        telling=frozenset({"kit", "quantity"}),
    ),
    ListName.PLACES: Known(
        columns={
            "name": (
                *_NAME, "warehouse", "warehouse name", "location name", "place", "entrepôt",
                "almacén", "склад", "facility",
            ),
            "code": (
                "location number", "location code", "warehouse code", "place code", "bin code",
                *_CODE,
            ),
            "type": ("location type", "place type", "type", "тип"),
            "parent": ("parent location", "parent", "parent warehouse", "located in"),
            "organisation": ("organisation", "organization", "organisme", "organización",
                             "организация", "society"),
            "branch": ("branch", "filiale", "филиал"),
            "group": ("location group", "region"),
            "active": ("active", "actif", "activo", "активен"),
            "street": ("address", "street address", "street", "adresse", "dirección", "адрес"),
            "street2": ("street address2", "street address 2", "address 2", "building"),
            "city": ("city", "town", "ville", "ciudad", "город", "l3"),
            "district": ("l2", "district", "район"),
            "state": ("state or province", "state", "province", "l1", "oblast", "область"),
            "postcode": ("postal code", "zip", "postcode", "code postal", "индекс"),
            "country": _COUNTRY,
            "latitude": ("lat", "latitude", "широта"),
            "longitude": ("lon", "lng", "long", "longitude", "долгота"),
            "phone": ("phone1", "phone 1", "phone", "telephone", "téléphone", "teléfono",
                      "телефон"),
            "phone2": ("phone2", "phone 2"),
            "email": ("email", "e mail", "mail", "courriel"),
            "fax": ("fax",),
            "pcode": ("pcode", "p code", "area pcode", "admin pcode"),
            "comment": ("description", *_COMMENT),
        },
        must=(("name",),),
        telling=frozenset({"type", "parent", "latitude", "longitude", "street", "organisation"}),
    ),
    ListName.AREAS: Known(
        columns={
            "pcode": (
                "p code", "pcode", "adm2 pcode", "adm1 pcode", "admin2 pcode", "admin1 pcode",
                "place code", "п код",
            ),
            "name": ("pcode name", "area name", "adm2 en", "adm1 en", *_NAME),
            "level": ("admin level", "level", "adm level", "niveau", "уровень"),
            "parent": ("parent p code", "parent pcode", "parent"),
            "country": _COUNTRY,
            "national_name": ("name national", "native name", "local name"),
            "valid_from": ("valid from date", "valid on", "validon"),
        },
        must=(("pcode",), ("name",)),
        telling=frozenset({"pcode", "parent", "level"}),
    ),
    ListName.STOCK: Known(
        columns={
            "warehouse": ("warehouse", "warehouse name", "site", "depot", "store", "entrepôt",
                          "almacén", "склад", "кампа", "анбор"),
            "organisation": ("organisation", "organization"),
            "category": _CATEGORY,
            "code": (*_ITEM_CODE, *_CODE),
            "name": (*_ITEM_NAME, *_NAME, "description"),
            "unit": _UNIT,
            "pack": ("pack", "package", "packaging", "emballage", "упаковка"),
            "pack_size": (
                "pack quantity", "pack size", "package size", "units per pack",
                "количество в упаковке",
            ),
            "weight": (),
            "bin": ("bin", "bin location", "shelf", "emplacement", "ubicación", "ячейка", "место"),
            "donor": ("supplier donor", "donor", "supplier", "donateur", "fournisseur", "bailleur",
                      "donante", "донор", "поставщик", "source"),
            "owner": ("owned by organisation branch", "owned by", "owner", "propriétaire",
                      "владелец"),
            "batch": (
                "lot number", "batch number", "batch", "lot", "batch no", "lot no",
                "numéro de lot", "número de lote", "lote", "партия", "серия", "номер партии",
            ),
            "expires_on": (
                "expiration date", "expiry date", "expiry", "expires", "exp date", "expires on",
                "best before", "date de péremption", "date d expiration", "péremption",
                "fecha de vencimiento", "fecha de caducidad", "срок годности", "годен до",
                "تاريخ الانتهاء",
            ),
            "quantity": _QUANTITY,
            "system_quantity": ("ob qoh", "system quantity", "book quantity"),
            "unit_value": ("unit value", "unit cost", "unit price", "price", "prix unitaire",
                           "valor unitario", "цена"),
            "currency": _CURRENCY,
        },
        must=(("code", "name"), ("quantity", "system_quantity")),
        telling=frozenset(
            {"warehouse", "bin", "batch", "expires_on", "quantity", "system_quantity", "donor",
             "owner"}
        ),
    ),
    ListName.LEVELS: Known(
        columns={
            "code": (*_ITEM_CODE, *_CODE),
            "name": (*_ITEM_NAME, *_NAME),
            "minimum": ("min quantity", "minimum", "min", "minimum quantity", "safety stock"),
            "reorder": ("reorder quantity", "reorder level", "reorder point"),
            "maximum": ("max quantity", "maximum", "max", "maximum quantity"),
            "quantity": _QUANTITY,
            "bin": ("preferred bin location",),
            "unit": _UNIT,
        },
        must=(("code", "name"), ("minimum", "reorder", "maximum")),
        telling=frozenset({"minimum", "reorder", "maximum", "bin"}),
    ),
    ListName.REQUISITIONS: Known(
        columns={
            "number": ("request number", "request", "requisition", "requisition number",
                       "заявка", "номер заявки"),
            "type": ("request type",),
            "asked_on": ("date requested", "request date"),
            "needed_on": ("date required", "required by"),
            "priority": ("priority",),
            "place": ("requested for facility",),
            "requester": ("requester", "requested by"),
            "item": (*_ITEM_NAME, *_ITEM_CODE),
            "quantity": _QUANTITY,
            "pack": ("pack",),
            "unit_value": ("value", "unit value"),
            "currency": _CURRENCY,
            "comment": _COMMENT,
        },
        must=(("number",),),
        telling=frozenset({"number", "asked_on", "needed_on", "place", "requester"}),
    ),
}  # fmt: skip

_LANGUAGES = {
    "ru": "ru russian русский рус русском",
    "ky": "ky kg kir kyrgyz кыргызча кырг",
    "tg": "tg tj tgk tajik тоҷикӣ",
    "uz": "uz uzb uzbek",
    "kk": "kk kaz kazakh",
    "uk": "uk ukr ukrainian українська",
    "fr": "fr fra french français",
    "es": "es spa spanish español",
    "ar": "ar ara arabic العربية",
    "tr": "tr tur turkish türkçe",
    "en": "en eng english",
}
_LANGUAGE_OF_WORD = {word: code for code, words in _LANGUAGES.items() for word in words.split()}
_MEASURES = {
    "weight": (WEIGHT_UNITS, "weight gross net unit poids peso вес масса gewicht الوزن"),
    "volume": (VOLUME_UNITS, "volume volumen объём объем حجم"),
}


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading as it is compared: `ProductCode`, `Product code *` and `product_code` alike."""
    words = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", unicodedata.normalize("NFKC", heading))
    return " ".join(re.sub(r"[\W_]+", " ", words.casefold()).split())


_FIELD_OF_WORDS: Mapping[ListName, Mapping[str, tuple[str, int]]] = {
    name: {
        words: (field, rank)
        for field, synonyms in reversed(list(known.columns.items()))
        for rank, words in enumerate(synonyms)
    }
    for name, known in LISTS.items()
}


def field_of(heading: str, name: ListName) -> tuple[str, int, str] | None:
    """The column a heading names: field, rank among its synonyms, unit of a measure.

    Names in other languages are `names:ru` and so on. None for a heading unknown here.
    """
    known = LISTS[name]
    words = plain(heading)
    if words in _FIELD_OF_WORDS[name]:
        return *_FIELD_OF_WORDS[name][words], ""
    for field, (units, names) in _MEASURES.items():
        if field in known.columns and (found := _measure(words, units, names.split())) is not None:
            return field, 0 if found else 1, found
    if "name" in known.columns and (language := _language_of_name(words)):
        # English is what the first name is in, unless there is a plainer one.
        return ("name", len(_NAME), "") if language == "en" else (f"names:{language}", 0, "")
    # What stands in brackets may only explain: "Quantity (pieces)".
    words = plain(re.sub(r"\(.*?\)|\[.*?\]", " ", heading))
    return (*_FIELD_OF_WORDS[name][words], "") if words in _FIELD_OF_WORDS[name] else None


def _measure(words: str, units: Mapping[str, object], names: list[str]) -> str | None:
    """The unit in "weight kg", "Вес, кг" or "unit weight (g)"; empty when it has none."""
    parts = words.split()
    if not any(part in names for part in parts if part not in {"gross", "net", "unit"}):
        return None
    rest = [part for part in parts if part not in names]
    if not rest:
        return ""
    return rest[0] if len(rest) == 1 and rest[0] in units else None


def _language_of_name(words: str) -> str | None:
    *name, language = words.split() or [""]
    if " ".join(name) in {*_NAME, *_ITEM_NAME, "name in", "nom en"}:
        return _LANGUAGE_OF_WORD.get(language)
    return None
