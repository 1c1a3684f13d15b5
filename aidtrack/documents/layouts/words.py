"""The vocabulary of the papers in English, Russian and Arabic.

Papers are not translated through the catalogues of the pages: a paper's words are part of its
layout, checked with it, and must not change when a catalogue does.
"""

from __future__ import annotations

from aidtrack.documents.direction import beside, isolated

LANGUAGES = ("en", "ru", "ar")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ps", "ur"})

_EVERY_PAPER = {
    "waybill": ("Waybill", "Накладная", "بوليصة شحن"),
    "goods_received_note": ("Goods received note", "Акт приёмки груза", "إشعار استلام بضائع"),
    "donor_report": ("Donor distribution report", "Отчёт донору", "تقرير التوزيع للمانح"),
    "distribution_report": ("Distribution report", "Отчёт о выдаче", "تقرير التوزيع"),
    "page": ("Page {} of {}", "Лист {} из {}", "صفحة {} من {}"),
    "check": ("Check this paper", "Проверить документ", "تحقق من هذه الوثيقة"),
    "no_words": (
        "No words in “{}” yet: English used",
        "Нет слов на «{}»: взят английский",
        "لا كلمات بلغة «{}» بعد: استخدمت الإنجليزية",
    ),
    "draft": ("DRAFT – not valid", "ЧЕРНОВИК – недействителен", "مسودة – غير صالحة"),
    "void": ("VOID – not valid", "АННУЛИРОВАНО – недействителен", "ملغاة – غير صالحة"),
    "name": ("Name", "Ф. И. О.", "الاسم"),
    "function": ("Function", "Должность", "الوظيفة"),
    "place": ("Place", "Место", "المكان"),
    "date": ("Date, time", "Дата, время", "التاريخ والوقت"),
    "condition": ("Condition", "Состояние", "الحالة"),
    "signature": ("Signature", "Подпись", "التوقيع"),
    "signature_stamp": ("Signature, stamp", "Подпись, печать", "التوقيع والختم"),
    "intact": ("intact", "целый", "سليم"),
    "faulty": ("damaged", "повреждён", "تالف"),
    "yes": ("yes", "да", "نعم"),
    "no": ("no", "нет", "لا"),
    "line": ("No.", "№", "رقم"),
    "item": ("Item", "Наименование", "الصنف"),
    "code": ("Code", "Код", "الرمز"),
    "donor": ("Donor", "Донор", "المانح"),
    "lot": ("Lot", "Партия", "الدفعة"),
    "expiry": ("Expiry", "Срок", "الصلاحية"),
    "unit": ("Unit", "Ед.", "الوحدة"),
    "units": ("Units", "Кол-во", "الكمية"),
    "kg": ("kg", "кг", "كغ"),
    "m3": ("m³", "м³", "م³"),
    "remarks": ("Remarks", "Примечания", "ملاحظات"),
    "good": ("good", "целое", "سليم"),
    "damaged": ("damaged", "повр.", "تالف"),
    "missing": ("missing", "недост.", "ناقص"),
    "total": ("Total", "Итого", "المجموع"),
    "comments": ("Comments", "Замечания", "تعليقات"),
    "without_weight": ("+ {} line(s) without weight", "+ строк без веса: {}", "+ {} أسطر بلا وزن"),
    "without_volume": (
        "+ {} line(s) without volume",
        "+ строк без объёма: {}",
        "+ {} أسطر بلا حجم",
    ),
    "claim": ("Claim", "Претензия", "مطالبة"),
}

_WAYBILL = {
    "origin": ("From warehouse", "Со склада", "من المستودع"),
    "destination": ("To", "Куда", "إلى"),
    "consignee": ("Consignee", "Грузополучатель", "المرسل إليه"),
    "carrier": ("Carrier", "Перевозчик", "الناقل"),
    "contact": ("Contact", "Контакт", "للاتصال"),
    "dock": ("Dock instructions", "Разгрузка", "تعليمات التفريغ"),
    "driver": ("Driver", "Водитель", "السائق"),
    "vehicle": ("Vehicle", "Авто", "المركبة"),
    "trailer": ("Trailer", "Прицеп", "المقطورة"),
    "mode": ("Mode", "Вид транспорта", "وسيلة النقل"),
    "road": ("road", "авто", "بر"),
    "air": ("air", "авиа", "جو"),
    "sea": ("sea", "море", "بحر"),
    "rail": ("rail", "ж/д", "سكة"),
    "hand": ("hand", "вручную", "يد"),
    "departure": ("Departure", "Отправление", "المغادرة"),
    "arrival": ("Expected arrival", "Ожидается", "الوصول المتوقع"),
    "seal_number": ("Seal no.", "Пломба №", "رقم الختم"),
    "packs": ("Packs × size", "Мест × в месте", "طرود × سعة"),
    "packages": ("Packages", "Мест", "طرود"),
    "requisition": ("Requisition", "Заявка", "الطلب"),
    "received_by_hand": ("Received", "Принято", "المستلم"),
    "comments_of_sender": ("Comments of sender", "Замечания отправителя", "تعليقات المرسل"),
    "comments_of_receiver": ("Comments of receiver", "Замечания получателя", "تعليقات المستلم"),
    "loaded_by": ("LOADED BY", "ПОГРУЗИЛ", "حمّلها"),
    "transported_by": ("TRANSPORTED BY", "ПЕРЕВЁЗ", "نقلها"),
    "received_by": ("RECEIVED BY", "ПРИНЯЛ", "استلمها"),
    "copy": ("Copy {} of {}", "Экземпляр {} из {}", "نسخة {} من {}"),
    "copy_1": ("consignee", "получателю", "المرسل إليه"),
    "copy_2": ("carrier", "перевозчику", "الناقل"),
    "copy_3": ("sender, signed return", "отправителю, с подписью", "المرسل، تعاد موقعة"),
    "copy_4": ("warehouse", "складу", "المستودع"),
    "copy_5": ("file", "в дело", "الملف"),
}

_GOODS_RECEIVED = {
    "received_from": ("Received from", "От кого", "استلمت من"),
    "arrived_on": ("Date of arrival", "Дата прибытия", "تاريخ الوصول"),
    "donation": ("Donation", "Пожертвование", "التبرع"),
    "documents_received": (
        "Documents received well",
        "Документы в порядке",
        "الوثائق مستلمة سليمة",
    ),
    "transport": ("Means of transport", "Транспорт", "وسيلة النقل"),
    "reference": ("Reference", "Документ №", "المرجع"),
    "tracking": ("Donor, tracking no.", "Донор, номер отсл.", "المانح، رقم التتبع"),
    "stated": ("Stated", "По докум.", "المصرح به"),
    "received_good": ("Received good", "Принято целым", "مستلم سليم"),
    "received_damaged": ("Damaged", "Поврежд.", "تالف"),
    "difference": ("Difference", "Разница", "الفرق"),
    "delivered_by": ("DELIVERED BY", "СДАЛ", "سلّمها"),
    "difference_rule": (
        "Difference = good + damaged − stated",
        "Разница = целое + повреждённое − по документам",
        "الفرق = السليم + التالف − المصرح به",
    ),
}

_DISTRIBUTION = {
    "point": ("Distribution point", "Пункт выдачи", "نقطة التوزيع"),
    "area": ("Area", "Район", "المنطقة"),
    "pcode": ("P-code", "P-код", "رمز المنطقة"),
    "distributed_on": ("Date", "Дата", "التاريخ"),
    "ration": ("Ration", "Норма", "الحصة"),
    "planned": ("Planned", "План", "المخطط"),
    "brought": ("Brought", "Привезено", "المجلوب"),
    "handed_out": ("Handed out", "Выдано", "الموزع"),
    "returned": ("Returned", "Возвращено", "المرتجع"),
    "lost": ("Lost", "Утрачено", "المفقود"),
    "households_planned": ("Households planned", "Домохозяйств по плану", "الأسر المخططة"),
    "households_served": ("Households served", "Домохозяйств получило", "الأسر المستفيدة"),
    "women": ("Women", "Женщины", "نساء"),
    "men": ("Men", "Мужчины", "رجال"),
    "girls": ("Girls", "Девочки", "فتيات"),
    "boys": ("Boys", "Мальчики", "فتيان"),
    "people": ("People", "Людей", "أشخاص"),
    "reasons": (
        "Reasons for divergence from the plan",
        "Причины отклонения от плана",
        "أسباب الاختلاف عن الخطة",
    ),
    "unexplained": ("NOT ACCOUNTED FOR: {}", "НЕ УЧТЕНО: {}", "غير محسوب: {}"),
    "site": ("SITE", "ПУНКТ", "الموقع"),
    "witness": ("WITNESS", "СВИДЕТЕЛЬ", "الشاهد"),
    "manager": ("MANAGER", "РУКОВОДИТЕЛЬ", "المدير"),
}

_COUNT_SHEET = {
    "count_sheet": ("Count sheet", "Ведомость пересчёта", "ورقة جرد"),
    "warehouse": ("Warehouse", "Склад", "المستودع"),
    "bin": ("Bin", "Ячейка", "الموضع"),
    "count": ("Count", "Пересчёт", "الجرد"),
    "count_round": ("Round", "Круг", "الجولة"),
    "planned_on": ("Planned", "Назначен", "التخطيط"),
    "counters": ("Counted by", "Считает", "يعدّها"),
    "lines_to_count": ("Lines", "Строк", "الأسطر"),
    "counted": ("Counted", "Посчитано", "المعدود"),
    "count_rule": (
        "Write packs and pieces (3×24+5), and 0 where nothing lies. Add goods not listed.",
        "Пишите места и штуки (3×24+5), 0 где пусто. Добавьте то, чего нет в списке.",
        "اكتب الطرود والقطع (3×24+5)، و0 حيث لا شيء. أضف ما ليس في القائمة.",
    ),
    "counter_1": ("COUNTER 1", "СЧЁТЧИК 1", "العادّ 1"),
    "counter_2": ("COUNTER 2", "СЧЁТЧИК 2", "العادّ 2"),
}

_LOSS_REPORT = {
    "loss_report_title": ("Loss report", "Акт об утрате", "تقرير فقدان"),
    "stage_of_chain": ("Where in the chain", "На каком этапе", "في أي مرحلة"),
    "happened_at": ("When it was noticed", "Когда замечено", "وقت الملاحظة"),
    "write_off": ("Write-off no.", "Списание №", "رقم الشطب"),
    "finder": ("Noticed by", "Кто заметил", "من لاحظ"),
    "reported_by_name": ("Reported by", "Кто сообщил", "من أبلغ"),
    "approved_by_name": ("Approved by", "Кто утвердил", "من اعتمد"),
    "destroyed": ("Destroyed", "Уничтожено", "أُتلف"),
    "what_happened": ("What happened", "Что произошло", "ماذا حدث"),
    "found": ("Found since", "Найдено", "عُثر عليه"),
    "still_lost": ("Still lost", "Утрачено всё ещё", "ما زال مفقودا"),
    "location": ("Where the goods are now", "Где груз сейчас", "مكان البضائع الآن"),
    "disposal": ("What becomes of them", "Что с ним будет", "مصيرها"),
    "witnesses": ("Witnesses (function)", "Свидетели (должность)", "الشهود (الوظيفة)"),
    "claim_against": ("Claim against", "К кому претензия", "المطالبة ضد"),
    "claim_amount": ("Amount", "Сумма", "المبلغ"),
    "claim_why": ("Why, or why not", "Почему да или нет", "لماذا أو لماذا لا"),
    "claim_open": ("open", "открыта", "مفتوحة"),
    "claim_paid": ("paid", "оплачена", "مدفوعة"),
    "claim_refused": ("refused", "отклонена", "مرفوضة"),
    "revoked": (
        "Found: what came back is in stock again and no longer counts as lost.",
        "Найдено: возвращённое снова на складе и больше не считается утраченным.",
        "عُثر عليه: ما عاد صار في المخزن من جديد ولم يعد يحسب مفقودا.",
    ),
    "reported_by": ("REPORTED BY", "СООБЩИЛ", "أبلغ عنه"),
}

_DONOR_REPORT = {
    "for": ("For {}", "Для: {}", "إلى: {}"),
    "grant": ("Grant", "Грант", "المنحة"),
    "period": ("Period", "Период", "الفترة"),
    "eligible": ("Eligible", "Срок гранта", "مدة الأهلية"),
    "as_of": ("As of", "По состоянию на", "كما في"),
    "recorded": ("by the time of recording", "по времени записи", "حسب وقت التسجيل"),
    "occurred": ("by the time of the event", "по времени события", "حسب وقت الحدث"),
    "headline": (
        "Your gift reached {} households, {} people, in {} areas.",
        "Ваш дар получили: домохозяйств {}, людей {}, районов {}.",
        "وصل تبرعك إلى: أسر {}، أشخاص {}، مناطق {}.",
    ),
    "headline_one_area": (
        "Your gift reached {} households, {} people, in one area.",
        "Ваш дар получили: домохозяйств {}, людей {}, в одном районе.",
        "وصل تبرعك إلى: أسر {}، أشخاص {}، في منطقة واحدة.",
    ),
    "headline_few": (
        "Your gift reached people; their groups are too small to be counted here.",
        "Ваш дар получили люди; группы слишком малы, чтобы назвать их число.",
        "وصل تبرعك إلى أشخاص؛ المجموعات أصغر من أن تذكر أعدادها.",
    ),
    "headline_none": (
        "Your gift has not reached people yet.",
        "Ваш дар ещё не дошёл до людей.",
        "لم يصل تبرعك إلى الناس بعد.",
    ),
    "where": ("Where your donation is", "Где ваш дар", "أين تبرعك"),
    "shares": (
        "shares: mean over the lines, each in its own unit",
        "доли: среднее по строкам, каждая в своих единицах",
        "النسب: متوسط الأسطر، كل بوحدته",
    ),
    "is_handed_out": ("handed out", "выдано", "وُزّع"),
    "is_on_the_road": ("on the road", "в пути", "في الطريق"),
    "is_in_stock": ("in stock", "на складе", "في المخزن"),
    "is_returned": ("returned", "возвращено", "أُعيد"),
    "is_lost": ("lost", "утрачено", "فُقد"),
    "given": ("given", "дано", "أُعطي"),
    "comma": (", ", ", ", "، "),
    "receipt": ("donation", "пожертвование", "تبرع"),
    "balances": ("balances", "сходится", "متوازن"),
    "off_by": ("DOES NOT BALANCE: {}", "НЕ СХОДИТСЯ: {}", "غير متوازن: {}"),
    "all_balance": (
        "{0} of {0} lines balance to the unit. Nothing is unaccounted for.",
        "Сходится до единицы строк: {0} из {0}. Неучтённого нет.",
        "الأسطر المتوازنة حتى الوحدة: {0} من {0}. لا شيء غير محسوب.",
    ),
    "some_off": (
        "{} of {} lines DO NOT BALANCE: see the marked lines.",
        "НЕ СХОДИТСЯ строк: {} из {}; они отмечены.",
        "أسطر غير متوازنة: {} من {}؛ انظر الأسطر المعلّمة.",
    ),
    "reached": ("Who it reached", "Кого достиг", "من وصل إليهم"),
    "aggregates": (
        "aggregates only; no names, no exact positions",
        "только сводные числа; без имён и точных мест",
        "أرقام مجمعة فقط؛ بلا أسماء ولا مواقع دقيقة",
    ),
    "area_point": ("Area, point", "Район, пункт", "المنطقة، النقطة"),
    "dates": ("Dates", "Даты", "التواريخ"),
    "items": ("Items handed out", "Что выдано", "المواد الموزعة"),
    "households": ("Households", "Домохоз.", "أسر"),
    "households_by_area": ("Households by area", "Домохозяйства по районам", "الأسر حسب المنطقة"),
    "withheld": (
        "“•”: withheld, so that no group under {} can be seen or computed from the totals.",
        "«•»: скрыто, чтобы группу менее {} нельзя было увидеть или вычислить из итогов.",
        "«•»: محجوب كي لا تظهر أي مجموعة أقل من {} ولا تحسب من المجاميع.",
    ),
    "nothing_yet": ("Nothing to report.", "Нет данных.", "لا شيء للإبلاغ عنه."),
    "travelled": ("How it travelled", "Как он ехал", "كيف انتقل"),
    "goods_received": ("Goods received", "Приёмка", "استلام البضائع"),
    "delivery": ("Delivery confirmed", "Доставка подтверждена", "تأكيد التسليم"),
    "distribution": ("Distribution", "Выдача", "التوزيع"),
    "signed_by": ("signed: {}", "подписал: {}", "وقّع: {}"),
    "under_way": ("under way", "в пути", "قيد النقل"),
    "safety": (
        "Goods still under way are shown without route or time, for the safety of the crews.",
        "Груз в пути показан без маршрута и времени ради безопасности экипажей.",
        "البضائع قيد النقل تظهر بلا مسار أو وقت، حفاظا على سلامة الطواقم.",
    ),
    "wrong": ("What went wrong", "Что пошло не так", "ما الذي ساء"),
    "stages": (
        "stage: transport, warehouse or distribution",
        "этап: перевозка, склад или выдача",
        "المرحلة: نقل أو مستودع أو توزيع",
    ),
    "loss_report": ("Report", "Акт", "التقرير"),
    "stage": ("Stage", "Этап", "المرحلة"),
    "transport_stage": ("transport", "перевозка", "نقل"),
    "warehouse_stage": ("warehouse", "склад", "مستودع"),
    "distribution_stage": ("distribution", "выдача", "توزيع"),
    "quantity": ("Quantity", "Количество", "الكمية"),
    "cause": ("Cause", "Причина", "السبب"),
    "value": ("Value", "Стоимость", "القيمة"),
    "without_value": ("+ {} without value", "+ без оценки: {}", "+ {} بلا قيمة"),
    "alone_since": (
        "In this period one person could approve their own write-offs (since {}).",
        "В этом периоде один человек мог сам утвердить своё списание (с {}).",
        "في هذه الفترة كان بإمكان شخص واحد اعتماد ما شطبه بنفسه (منذ {}).",
    ),
    "alone_between": (
        "In this period one person could approve their own write-offs (from {} until {}).",
        "В этом периоде один человек мог сам утвердить своё списание (с {} по {}).",
        "في هذه الفترة كان بإمكان شخص واحد اعتماد ما شطبه بنفسه (من {} حتى {}).",
    ),
    "money": ("What your money bought", "Что куплено на ваши деньги", "ما اشترته أموالك"),
    "paper": ("Paper", "Документ", "الوثيقة"),
    "bought": ("Bought", "Куплено", "المشتريات"),
    "went_to": ("Where it went", "Куда направлено", "أين ذهبت"),
    "amount": ("Amount", "Сумма", "المبلغ"),
    "spent": ("spent", "потрачено", "أُنفق"),
    "unspent": ("not yet spent", "ещё не потрачено", "لم يُنفق بعد"),
    "verify": ("How to verify this report", "Как проверить этот отчёт", "كيف تتحقق من هذا التقرير"),
    "verify_code": (
        "Scan the square, or type the code",
        "Отсканируйте квадрат или введите код",
        "امسح المربع أو اكتب الرمز",
    ),
    "verify_checksum": (
        "Compare the checksum of the data (SHA-256)",
        "Сравните контрольную сумму данных (SHA-256)",
        "قارن المجموع الاختباري للبيانات (SHA-256)",
    ),
    "verify_seal": (
        "Compare the seal of the ledger at that moment",
        "Сравните печать журнала на тот момент",
        "قارن ختم السجل في تلك اللحظة",
    ),
    "verify_papers": (
        "Pick any paper number above and ask for the signed copy",
        "Назовите любой номер выше и попросите подписанный экземпляр",
        "اختر أي رقم وثيقة أعلاه واطلب النسخة الموقعة",
    ),
    "prepared_by": ("PREPARED BY", "СОСТАВИЛ", "أعدّه"),
    "approved_by": ("APPROVED BY", "УТВЕРДИЛ", "اعتمده"),
}

WORDS: dict[str, tuple[str, str, str]] = {
    **_EVERY_PAPER,
    **_WAYBILL,
    **_GOODS_RECEIVED,
    **_DISTRIBUTION,
    **_COUNT_SHEET,
    **_LOSS_REPORT,
    **_DONOR_REPORT,
}


class Words:
    """The words of one paper, in its one or two languages.

    A language that the vocabulary lacks falls back to English; `missing` names it, and the
    paper says so at its foot.
    """

    def __init__(self, languages: tuple[str, ...]) -> None:
        asked = languages[:2] or ("en",)
        self.missing = tuple(language for language in asked if language not in LANGUAGES)
        known = [language if language in LANGUAGES else "en" for language in asked]
        self._columns = tuple(LANGUAGES.index(language) for language in dict.fromkeys(known))
        self.right_to_left = known[0] in RIGHT_TO_LEFT
        self.language = known[0]

    def each(self, key: str, *values: object) -> tuple[str, ...]:
        """The phrase in each language, the first leading; placeholders filled in."""
        entry = WORDS[key]
        found = []
        for column in self._columns:
            mirrored = LANGUAGES[column] in RIGHT_TO_LEFT
            shown = [isolated(str(value)) if mirrored else value for value in values]
            found.append(entry[column].format(*shown))
        return tuple(found)

    def first(self, key: str, *values: object) -> str:
        """The phrase in the leading language."""
        return self.each(key, *values)[0]

    def joined(self, key: str, *values: object) -> str:
        """Both languages on one line."""
        return self.beside(*self.each(key, *values))

    def beside(self, *parts: str) -> str:
        """Texts of any direction one after the other, none turning its neighbour."""
        return beside([part for part in parts if part])

    def labelled(self, key: str, text: str) -> str:
        """ "Remarks: wet"; the text keeps its own direction behind the phrase."""
        return beside([f"{self.joined(key)}:", text], " ")
