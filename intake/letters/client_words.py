"""What mail programs write around a letter they quote, forward or send from a telephone. Folded words."""

from typing import Literal

Meaning = Literal["from", "sent", "to", "cc", "reply-to", "subject", "other"]

# Labels of the block of headers that Outlook, Yahoo, Notes and forwards put above the older letter.
_HEADERS: dict[Meaning, str] = {
    "from": "from|von|de|da|van|fra|från|od|от|от кого|отправитель|автор|від|від кого|absender|expéditeur"
    "|remitente|remetente|mittente|nadawca|odesílatel|odosielateľ|afsender|avsender|avsändare|lähettäjä"
    "|desde|afzender|feladó|kimden|gönderen|de la|发件人|寄件者|寄件人|差出人|送信者|送信元|보낸 사람"
    "|보낸사람",
    "sent": "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviado em|enviada em|fecha|data"
    "|inviato|data invio|verzonden|verstuurd|sendt|dato|skickat|lähetetty|päivämäärä|päiväys|pvm|wysłano"
    "|wysłane|data wysłania|odesláno|odoslané|dátum|elküldve|tarih|gönderilme tarihi|gönderildi|gönderim"
    "|отправлено|дата|дата и время|послано|надіслано|发送时间|发送日期|发件时间|日期|時間|寄件日期|傳送時間"
    "|送信日時|送信日|日時|日付|보낸 날짜|날짜|sent at",
    "to": "to|an|à|a|para|pour|per|aan|til|till|do|komu|кому|получатель|vastaanottaja|destinataire|empfänger"
    "|destinatario|destinatário|dla|címzett|kime|către|收件人|收件者|宛先|받는 사람|받는사람",
    "cc": "cc|bcc|cco|ccn|kopie|kopia|kopi|kopio|copie|copia|cópia|копия|скрытая копия|копія|抄送|副本"
    "|참조|kópia",
    "reply-to": "reply-to|reply to|antwort an|antworten an|répondre à|responder a|responder para|risposta"
    "|rispondi a|antwoord aan|svar til|svara till|vastaa|odpowiedź do|odpovědět komu|ответить|ответ|回复",
    "subject": "subject|betreff|betr|objet|sujet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|temat"
    "|předmět"
    "|predmet|тема|konu|tárgy|subiect|主题|主題|主旨|標題|件名|제목",
    "other": "importance|priority|wichtigkeit|priorität|важность|attachments|anlagen|вложения|organization"
    "|mailed-by|signed-by|list|newsgroups",
}
HEADERS: dict[str, Meaning] = {
    label: meaning for meaning, labels in _HEADERS.items() for label in labels.split("|")
}

# «wrote» with which the line above a quote ends, or around which it is built.
WROTE = (
    "wrote|writes|a écrit|schrieb|schreibt|geschrieben|escribió|escribio|ha escrito|ha scritto"
    "|scrive|escreveu|schreef|schrijft|geschreven|napisał|napisała|napisał\\(a\\)|pisze|napsal|napsala"
    "|napsal\\(a\\)|napísal|napísala|napísal\\(a\\)|napisao|napisala|napisao/la|skrev|skriver|kirjoitti"
    "|napisana przez|kirjutas|rakstīja|rašė|ezt írta|írta|a scris|şunu yazdı|yazdı|va escriure|ha escrit"
    "|έγραψε|đã viết|menulis|написал|написала|написал\\(а\\)"
    "|написал/а|написав|написала|пишет|пише|писал|писала"
    "|писал\\(а\\)|написа|כתב|כתבה|كتب|сообщил|сообщает"
)
# Those that are glued to what stands around them.
WROTE_GLUED = "写道|寫道|写了|のメール|さんは書きました|が書きました|書きました|書いた|님이 작성|작성|님이 씀"

# What such a line begins with, before the date.
BEFORE_DATE = (
    "on|at|am|le|el|il|il giorno|em|no dia|op|w dniu|dnia|den|dne|dňa|på|pe|to|ti|ke|la|le|a|el dia|el día"
    "|в|во|от|в письме от|στις|vào|pada|в|дата|dana|u|на|在|於|于"
)
WEEKDAY_OR_MONTH = (
    "mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mo|di|mi|do|fr|sa|so"
    "|lun|mar|mer|jeu|ven|sam|dim|mié|mie|jue|vie|sáb|sab|dom|gio|seg|ter|qua|qui|sex|ma|wo|za|zo|pon|wt|śr"
    "|czw|pt|sob|niedz|ndz|po|út|st|čt|pá|ne|søn|man|tir|tirs|ons|tor|tors|fre|lør|mån|tis|lör|sön|ke"
    "|pe|la|su|ti"
    "|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|среду|четверг|пятница|пятницу|суббота|субботу"
    "|воскресенье|нд|понеділок|вівторок|середа|п'ятниця|субота|неділя"
)

# A word for «message» or «letter» between rows of dashes marks the older letter.
MESSAGE = (
    "messag|mensaj|mensag|nachricht|bericht|meddel|melding|besked|viesti|zpráv|správ|wiadomo|e-?mail|brev"
    "|сообщен|письмо|повідомл|лист\\b|邮件|信件|郵件|转发|轉寄|メッセージ|메시지|üzenet|mesaj|ileti"
    "|poruk|sporoč|μήνυμα|mesazh|kiri\\b|laišk|vēstul|reply|original"
)
# Apple Mail's line above a forwarded letter has no dashes, but a colon.
FORWARD_BEGINS = (
    "begin forwarded message|anfang der weitergeleiteten|début du message (?:réexpédié|transféré)"
    "|inicio del mensaje reenviado|inizio (?:del )?messaggio inoltrato"
    "|início da mensagem (?:encaminhada|reenviada)"
    "|begin doorgestuurd bericht|vidarebefordrat (?:brev|meddelande)|videresendt (?:besked|melding"
    "|meddelelse|brev)"
    "|välitetty viesti|początek przekazywanej wiadomości|začátek přeposlané zprávy|forwarded message"
    "|начало (?:переадресованного|пересылаемого) (?:сообщения|письма)|пересылаемое (?:сообщение|письмо)"
    "|пересланное (?:сообщение|письмо)|початок (?:переадресованого|пересланого) (?:повідомлення|листа)"
    "|переслане повідомлення|下面是被转发的邮件|开始转发的邮件|轉寄的郵件|轉寄郵件開始"
    "|転送されたメッセージ|전달된 메시지"
)
# Words that make of «… message …» between dashes a forward rather than a reply.
FORWARDED = (
    "forward|weitergeleit|réexpédi|transféré|reenviad|inoltrat|encaminhad|doorgestuurd|vidarebefordra"
    "|videresend|välitet|przekaz|přeposlan|preposlan|пересыл|переслан|переадрес|перенаправ|转发|轉寄"
    "|転送|전달"
)
# Help desks ask to answer above a line.
ANSWER_ABOVE = (
    "reply (?:above|below) this line|type your reply above|reply above the line|write above this line"
    "|visit (?:the )?(?:topic|message) (?:or|to) (?:reply|respond)|to respond, reply to this email"
    "|reply to this e-?mail directly|(?:пишите|напишите|ответ\\w*)[^.]{0,40}выше этой (?:линии|черты|строки)"
    "|répondez au-dessus de cette ligne|antworten sie (?:bitte )?(?:oberhalb|über) dieser (?:zeile|linie)"
)

# Telephones and programs that sign letters by themselves.
_DEVICE = (
    "i-?phone|i-?pad|i-?pod|i-?os|android|galaxy|samsung|huawei|honor|xiaomi|redmi|htc|nokia|lumia"
    "|blackberry|alcatel"
    "|windows (?:mail|phone)|mobile|mobil\\w*|handy|cell|smart-?phone|phone|tablet|device|смартфон\\w*"
    "|телефон\\w*"
    "|айфон\\w*|мобильн\\w*|outlook|k-9"
)
_PROGRAM = (
    "почт\\w*|пошт\\w*|mail|приложени\\w*|застосун\\w*|устройств\\w*|пристро\\w*|планшет\\w*|яндекс\\w*"
    "|yandex"
    "|thunderbird|the bat|gmail|windows|poco|realme|oppo|vivo|tecno|infinix|meizu|mac"
)
SIGN_OFFS = (
    # «Sent from my iPhone», «(sent via mobile)», «<<sent by galaxy>>»; not «This email was sent from …»
    rf"sent from (?:my|mail\b|the new|an? (?:{_DEVICE})) ?.{{0,100}}",
    r"sent (?:from|via|with|by|using|on) (?!.*\d{4})[^\s,]+(?: [^\s,]+){0,6}",
    r"this (?:e-?mail|message) was sent from my .{0,60}",
    rf"(?:\w+ )?(?:from|via) (?:my |a )?(?:{_DEVICE})(?: \w+)?",
    r"(?:get|download) \[?(?:outlook|yahoo|spark|bluemail|gmail)\b.{0,100}",
    r"\[?(?:get )?outlook (?:for|für|pour|para|per|voor|для) (?:ios|android)\b.{0,80}",
    r"(?:télécharger|télécharge[rz]|obtenez|laden sie|holen sie sich|beziehen sie|obtener|obtén|baixe"
    r"|obter|obtenha"
    r"|scarica|ottieni|download|hämta|hent|hanki|pobierz|získat|stáhnout|скачать|скачайте|получить|загрузить"
    r"|завантажити|получите) \[?outlook\b.{0,80}",
    r"(?:(?:cet e-?mail|ce message) a été )?(?:envoyé|expédié) (?:depuis|de|à partir|avec|par|via)\b.{0,80}",
    rf"(?:von (?:meinem?r?|unterwegs)\b.{{0,60}}|vo[mn] (?:{_DEVICE})\b.{{0,40}})(?:gesendet|gesendet\.)",
    r"(?:gesendet|gesandt|versendet|verschickt) (?:von|vom|mit|über|aus|via)\b.{0,80}",
    r"diese (?:nachricht|mail|e-mail) wurde (?:von|mit)\b.{0,80}(?:gesendet|verschickt|geschrieben)",
    r"(?:enviado|enviada|enviat) (?:desde|do|da|de|a partir|por|com|con|via|pelo|des)\b.{0,80}",
    r"(?:inviato|inviata|spedito) (?:da|dal|dall['’]|con|tramite|via)\b.{0,80}",
    r"inviato dall['’].{0,80}",
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|van|door|per)\b.{0,80}",
    r"(?:sendt|sent) (?:fra|via|med)\b.{0,80}",
    r"(?:skickat|skickades|skickad) (?:från|via|med)\b.{0,80}",
    r"lähetetty .{0,80}",
    r"(?:wysłan[eoya]|nadan[eoy]) (?:z|ze|przy|przez|za|od)\b.{0,80}",
    r"(?:odesláno|odoslané|odesláno|odeslané|poslané|posláno) (?:z|ze|zo|pomocí|přes|cez)\b.{0,80}",
    rf"(?:(?:это )?(?:письмо|сообщение) )?(?:отправлен[оаы]?|послано|написано) (?:с|со|из|от|через)"
    rf" (?!.*\d[\d\s-]{{5}}).{{0,40}}(?:{_DEVICE}|{_PROGRAM}).{{0,40}}",
    rf"(?:надіслано|відправлено) (?:з|із|зі|за|через) .{{0,40}}(?:{_DEVICE}|{_PROGRAM}).{{0,40}}",
    r"(?:elküldve|küldve|trimis de pe|poslano s|poslano z|изпратено от|saadetud|nosūtīts no"
    r"|išsiųsta iš)\b.{0,80}",
    r"(?:发自|發自|寄自)(?:我的)? ?.{1,40}",
    r"(?:从|從|由|用|来自|來自|通过|透過) ?(?:我的|[a-z]|手机|手機|移动|行動).{0,40}(?:发送|傳送|寄出"
    r"|寄送|發送).{0,10}",
)
# The same in languages that name the telephone first, and what tells that a line may be one of them.
SIGN_OFFS_BEHIND = (
    r".{0,30}(?:gönderildi|iphone[’'`]?umdan|android[’'`]?imden).{0,40}",
    r".{0,40}(?:から送信|より送信|で送信).{0,20}",
    r".{0,30}에서 (?:보냄|보낸 메일).{0,10}",
)
BEHIND = "önder|mdan|mden|送信|에서"
