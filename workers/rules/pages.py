"""Words by which pages that are no article say what they are, in several languages; compared folded, as everywhere."""

from workers.rules.fold import fold

# Segments of a URL's path. Whole segments, lower case, without extension.
SEARCH_SEGMENTS = frozenset(
    "search suche buscar busqueda recherche ara arama cerca ricerca busca pesquisa zoeken szukaj poisk sok haku".split()
)
SEARCH_PARAMETERS = frozenset("s q query search search_query searchword keyword keywords suche buscar recherche".split())
TAG_SEGMENTS = frozenset(
    "tag tags topic topics thema themen tema temas keyword keywords label labels hashtag etiqueta etiquetas etiquette etiket mot-cle "
    "mots-cles stichwort schlagwort teg tegs وسم وسوم الوسوم برچسب".split()
)
LIST_SEGMENTS = frozenset(
    "category categories categoria categorie kategorie kategori rubrik rubrique rubrica section sections seccion archive archives "
    "archiv archivo latest newest author authors autor autoren auteur yazar تصنيف قسم دسته".split()
)
VIDEO_SEGMENTS = frozenset("video videos watch فيديو ویدیو".split())
INDEX_NAMES = frozenset("index home default main homepage".split())


def _folded(*phrases: str) -> tuple[str, ...]:
    return tuple(map(fold, phrases))


# In the title or the first heading of a page that holds little else.
ERROR_PHRASES = _folded(
    "not found",
    "page not available",
    "page unavailable",
    "no longer available",
    "access denied",
    "forbidden",
    "internal server error",
    "bad gateway",
    "service unavailable",
    "temporarily unavailable",
    "something went wrong",
    "attention required",
    "are you a robot",
    "الصفحة غير موجودة",
    "غير موجودة",
    "غير متوفرة",
    "صفحه مورد نظر یافت نشد",
    "یافت نشد",
    "صفحہ نہیں ملا",
    "העמוד לא נמצא",
    "הדף לא נמצא",
    "sayfa bulunamadı",
    "nicht gefunden",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "no encontrada",
    "не найдена",
    "не найден",
    "页面不存在",
    "找不到页面",
    "頁面不存在",
    "pagina non trovata",
    "página não encontrada",
    "pagina niet gevonden",
    "nie znaleziono",
    "ページが見つかりません",
)
LOGIN_PHRASES = _folded(
    "log in",
    "login",
    "sign in",
    "sign-in",
    "subscribe to read",
    "subscribe to continue",
    "subscriber only",
    "create an account",
    "تسجيل الدخول",
    "سجل الدخول",
    "ورود به",
    "لاگ ان",
    "התחברות",
    "כניסה למנויים",
    "giriş yap",
    "anmelden",
    "einloggen",
    "anmeldung",
    "se connecter",
    "connexion",
    "identifiez-vous",
    "iniciar sesión",
    "inicia sesión",
    "войти",
    "вход",
    "авторизация",
    "登录",
    "登入",
    "accedi",
    "entrar",
    "inloggen",
    "ログイン",
)
# In the lines themselves: most of them hold one of these words.
CONSENT_WORDS = _folded(
    "cookie",
    "consent",
    "privacy",
    "partners",
    "gdpr",
    "ملفات تعريف الارتباط",
    "الخصوصية",
    "کوکی",
    "حریم خصوصی",
    "עוגיות",
    "פרטיות",
    "çerez",
    "gizlilik",
    "datenschutz",
    "einwilligung",
    "zustimm",
    "confidentialité",
    "consentement",
    "privacidad",
    "consentimiento",
    "конфиденциальн",
    "隐私",
    "クッキー",
    "informativa",
)
PARKED_PHRASES = _folded(
    "domain is for sale",
    "domain for sale",
    "buy this domain",
    "domain name is for sale",
    "domain may be for sale",
    "domain is parked",
    "parked domain",
    "domain parking",
    "this domain has expired",
    "domain has recently been registered",
    "domain is registered",
    "website is for sale",
    "النطاق للبيع",
    "اسم النطاق معروض",
    "دامنه به فروش",
    "alan adı satılık",
    "domain steht zum verkauf",
    "domain ist zu verkaufen",
    "domaine est à vendre",
    "dominio está en venta",
    "домен продается",
    "домен продаётся",
    "域名出售",
    "域名正在出售",
    "此域名",
)
SCRIPT_PHRASES = _folded("javascript", "جافا سكريبت", "جاوا اسکریپت")
