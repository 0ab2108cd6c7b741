"""Lines that mail programs write by themselves, in the languages they speak."""

import pytest

from intake.letters.reply import new_text

NEW = "Thank you!\nIt works."

# «\n» is where the program wraps its line.
MARKS = r"""
On Mon, Feb 1, 2016 at 4:58 AM -0800, "Some One" <foo@bar.example> wrote:
On 28 Jan 2016, at 19:04, Some One wrote:
On 28/01/16 19:04, Some One wrote:
On Jan 28 2016 7:04 PM, "Some One" wrote:
On Thursday, January 28, 2016, Some One <foo@bar.example> wrote:
On Thu, 28 Jan 2016 at 19:04 Some One via Forum <\nforum@bar.example> wrote:
On Thu, Jan 28, 2016, 7:04 PM Some One via Forum\n<forum@bar.example>\nwrote:
On Jan 28, 2016, at 7:04 PM, Some One <foo@bar.example<mailto:foo@bar.example>> wrote:
On 2016-01-28 19:04, Some One via Forum wrote:
On Wed, Jan 28, 2016 at 7:04 PM, Some One <foo@bar.example> wrote:
At 19:04 28.01.2016, Some One wrote:
On 28 January 2016 at 19:04, [name] <foo@bar.example> wrote:
*On Thu, Jan 28, 2016 at 7:04 PM, Some One <foo@bar.example>* wrote:
> On Jan 28, 2016, at 7:04 PM, Some One <foo@bar.example> wrote:
Some One <foo@bar.example> wrote:
Some One <foo@bar.example> writes:
"Some One" <foo@bar.example> writes:
Some One wrote on 28/01/2016 19:04:
Some One schrieb am 28.01.2016 um 19:04:
Am 28.01.2016 um 19:04 schrieb Some One:
Am 28. Januar 2016 um 19:04 schrieb Some One <foo@bar.example>:
Am Do., 28. Jan. 2016, 19:04 hat Some One <foo@bar.example> geschrieben:
Am Donnerstag, 28. Januar 2016 schrieb Some One <foo@bar.example>:
On 28.01.2016 19:04, Some One <foo@bar.example> schrieb:
Le jeu. 28 janv. 2016 à 19:04, Some One <foo@bar.example> a écrit :
Le 28/01/2016 19:04, Some One a écrit :
Le 28 janv. 2016 19:04, "Some One" <foo@bar.example> a écrit :
Le jeudi 28 janvier 2016, Some One <foo@bar.example> a\nécrit :
El 28 de enero de 2016, 19:04, Some One <foo@bar.example> escribió:
El jue., 28 ene. 2016 19:04, Some One escribió:
El 28/01/2016 a las 19:04, Some One escribió:
El 28 ene. 2016 7:04 PM, "Some One" <foo@bar.example> escribió:
2016-01-28 19:04 GMT-03:00 Some One <foo@bar.example>:
2016-01-28 19:04 GMT+01:00 Some One via Forum <\nforum@bar.example>:
2016/01/28 19:04 "Some One" <foo@bar.example>:
28 января 2016 г., 19:04 пользователь Some One написал:
28.01.2016, 19:04, "Some One" <foo@bar.example>:
Il 28/01/2016 19:04, Some One ha scritto:
Il giorno 28 gennaio 2016 19:04, Some One <foo@bar.example> ha scritto:
Il giorno gio 28 gen 2016 alle ore 19:04 Some One <\nfoo@bar.example> ha scritto:
Em 28 de janeiro de 2016 19:04, Some One <foo@bar.example> escreveu:
Em qui, 28 de jan de 2016 às 19:04, Some One <\nfoo@bar.example> escreveu:
No dia 28 de Janeiro de 2016 às 19:04, Some One escreveu:
Em 28/01/2016 19:04, "Some One" <foo@bar.example>\nescreveu:
Op 28 januari 2016 19:04 schreef Some One <foo@bar.example>:
Op 28 jan. 2016 19:04 schreef "Some One" <foo@bar.example>:
Op 28-1-2016 om 19:04 schreef Some One:
Op donderdag 28 januari 2016 heeft Some One <foo@bar.example>\nhet volgende geschreven:
W dniu 28 stycznia 2016 19:04 użytkownik Some One <foo@bar.example> napisał:
Dnia 28 stycznia 2016 19:04 Some One <foo@bar.example> napisał(a):
czw., 28.01.2016 o 19:04 użytkownik Some One <foo@bar.example> napisał:
Den 28 januari 2016 19:04 skrev Some One <foo@bar.example>:
28 jan 2016 kl. 19:04 skrev Some One <foo@bar.example>:
Den tors 28 jan. 2016 kl 19:04 skrev Some One <\nfoo@bar.example>:
Den 28. januar 2016 kl. 19.04 skrev Some One <foo@bar.example>:
28. jan. 2016 19.04 skrev "Some One" <foo@bar.example>:
tor. 28. jan. 2016 kl. 19:04 skrev Some One via Forum <\nforum@bar.example>:
På 28. jan. 2016 kl. 19:04 skrev Some One:
Some One <foo@bar.example> skrev den 28. jan. 2016 kl. 19.04:
28. tammikuuta 2016 klo 19.04 Some One <foo@bar.example> kirjoitti:
Some One kirjoitti 28.1.2016 klo 19.04:
to 28. tammik. 2016 klo 19.04 Some One (foo@bar.example) kirjoitti:
Dne 28. ledna 2016 19:04 Some One <foo@bar.example> napsal(a):
čt 28. 1. 2016 v 19:04 odesílatel Some One <foo@bar.example> napsal:
št 28. 1. 2016 o 19:04 Some One <foo@bar.example> napísal(a):
Some One <foo@bar.example> ezt írta (időpont: 2016. jan. 28., Cs, 19:04):
În joi, 28 ian. 2016 la 19:04, Some One <foo@bar.example> a scris:
28 Ocak 2016 19:04 tarihinde Some One <foo@bar.example> yazdı:
На чт, 28.01.2016 г. в 19:04 Some One <foo@bar.example> написа:
чт, 28 січ. 2016 о 19:04 Some One <foo@bar.example> пише:
Vào 19:04, Th 5, 28 thg 1, 2016 Some One <foo@bar.example> đã viết:
Pada tanggal Kam, 28 Jan 2016 pukul 19.04 Some One <foo@bar.example> menulis:
Στις Πέμ, 28 Ιαν 2016 στις 7:04 μ.μ., ο/η Some One <foo@bar.example> έγραψε:
在 2016年1月28日 下午7:04，Some One <foo@bar.example>写道：
在 2016年1月28日星期四，Some One <foo@bar.example> 写道：
於 2016年1月28日 下午7:04，Some One <foo@bar.example> 寫道：
Some One <foo@bar.example> 於 2016年1月28日 下午7:04 寫道：
2016-01-28 19:04 GMT+08:00 Some One <foo@bar.example>:
At 2016-01-28 19:04:00, "Some One" <foo@bar.example> wrote:
在2016年01月28日 19:04，Some One<foo@bar.example>写道：
2016年1月28日(木) 19:04 Some One <foo@bar.example>:
2016年1月28日 19:04 Some One <foo@bar.example>:
2016年1月28日木曜日、Some One<foo@bar.example>さんは書きました:
2016/01/28 19:04、Some One <foo@bar.example> のメール:
2016. 1. 28. 오후 7:04에 "Some One" <foo@bar.example>님이 작성:
El dj., 28 de gen. 2016, 19:04, Some One <foo@bar.example> va escriure:
בתאריך יום ה׳, 28 בינו׳ 2016 ב-19:04 מאת Some One <foo@bar.example>:
-------- Original message --------
-------- Message d'origine --------
-------- Oprindelig besked --------
-------- Opprinnelig melding --------
-------- Ursprüngliche Nachricht --------
----- Ursprüngliche E-Mail -----
-------- Oorspronkelijk bericht --------
-------- Messaggio originale --------
-------- Mensaje original --------
-------- Alkuperäinen viesti --------
-------- Oryginalna wiadomość --------
-----Původní zpráva-----
----- Původní zpráva -----
------------------ 原始邮件 ------------------
-----邮件原件-----
-----Original Message-----
--- Original Message ---
*----- Original Message -----*
**-----Original Message-----**
_____________________________
From: Some One <foo@bar.example>\nSent: Thursday\nSubject: x\nTo: <a@b.example>
*From:* Some One\n*Date:* 2016-01-28 19:04\n*To:* bar\n*Subject:* x
**From:** Some One\n**Sent:** 28 January\n**To:** bar\n**Subject:** x
> From: foo@bar.example\n> To: a@b.example\n> Date: Thu
Date: Thu, 28 Jan 2016 19:04:00 +0000\nTo: a@b.example\nFrom: foo@bar.example\nSubject: x
Subject: x\nFrom: foo@bar.example\nTo: a@b.example\nDate: Thu, 28 Jan 2016
Von: Some One [mailto:foo@bar.example]\nGesendet: Donnerstag, 28. Januar 2016 19:04\nAn: a\nBetreff: x
De: Some One [mailto:foo@bar.example]\nEnviada em: quinta-feira\nPara: a\nAssunto: x
Fra: Some One [mailto:foo@bar.example]\nSendt: 28. januar 2016 19:04\nTil: a\nEmne: x
Från: Some One\nSkickat: den 28 januari\nTill: a\nÄmne: x
Lähettäjä: Some One\nLähetetty: 28. tammikuuta\nVastaanottaja: a\nAihe: x
Van: Some One\nVerzonden: donderdag\nAan: a\nOnderwerp: x
Od: Some One\nWysłano: 28 stycznia\nDo: a\nTemat: x
发件人: Some One\n发送时间: 2016年1月28日\n收件人: a\n主题: x
差出人: Some One\n日時: 2016年1月28日\n宛先: a\n件名: x
On 28.01.2016 19:04, foo@bar.example wrote: > Hi there
Quoting Some One <foo@bar.example>:
Zitat von Some One <foo@bar.example>:
In article <abc@news.example>, Some One <foo@bar.example> wrote:
Begin forwarded message:
"""

SIGN_OFFS = """
Sent from my iPhone
Sent from my iPad.
Sent from my Verizon Wireless 4G LTE smartphone
Sent from my BlackBerry® by Vodafone
Sent from my Windows Phone
Sent from Outlook for iOS
Sent from Samsung Mobile
Sent from Gmail Mobile
Sent from ProtonMail mobile
Sent from Mail for Windows 10
Sent from Nine
Sent with Mailtrack
Sent via Superhuman
Sent from a mobile device, please forgive any errors.
Sent from my phone - please excuse my brevity
Sent from my mobile. Please excuse brevity and typos.
[Sent from Yahoo Mail for iPhone](https://yho.com/footer0)
Sent using CloudMagic Email
Sent by MailMate
- Sent from my iPhone
-- Sent from my iPhone
Sent on the go
Get Outlook for iOS
Get BlueMail for Android
Envoyé de mon iPhone
Envoyé de mon appareil Samsung
Envoyé à partir d'Outlook
Télécharger Outlook pour Android
Gesendet von meinem iPhone
Gesendet mit der GMX iPhone App
Von meinem iPhone gesendet
Von Outlook Mobile gesendet
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Enviado desde mi iPhone
Enviado desde Correo para Windows
Enviado de meu iPhone
Enviado do Yahoo Mail no Android
Enviado a partir do meu smartphone
Inviato da iPhone
Inviato dal mio iPhone
Inviato da Posta per Windows
Verzonden vanaf mijn iPhone
Verstuurd vanaf mijn iPad
Verzonden met Outlook voor iOS
Wysłane z iPhone'a
Wysłano z telefonu
Odesláno z iPhonu
Odesláno z mého telefonu
Odoslané z iPhonu
Skickat från min iPad
Sendt fra min iPhone
Sendt fra Outlook
Lähetetty iPhonesta
Lähetetty Samsung-puhelimesta
iPhone'umdan gönderildi
从我的 iPhone 发送
发自我的iPhone
發自我的 iPad
iPhoneから送信
나의 iPhone에서 보냄
Отправлено с iPhone
Отправлено с моего iPhone
Отправлено с iPad
Отправлено с мобильного устройства
Отправлено из мобильной Почты Mail.ru
Отправлено из Почты Mail.ru
Отправлено из мобильной Яндекс.Почты: https://ya.cc/mobile
Отправлено из мобильного приложения Яндекс Почты
Отправлено из Почты для Windows 10
Отправлено из Outlook для Android
Отправлено с устройства Samsung Galaxy
Отправлено с моего смартфона Huawei
Отправлено из myMail для iOS
Отправлено с помощью Mail.Ru для Android
Скачать Outlook для iOS
Надіслано з iPhone
Cet e-mail a été envoyé depuis un téléphone
"""


@pytest.mark.parametrize("mark", MARKS.strip().split("\n"))
def test_what_follows_a_programs_mark_is_older(mark):
    mark = mark.replace("\\n", "\n")
    assert new_text(f"{NEW}\n\n{mark}\n\n> old text\n> more") == NEW
    if not mark.startswith(">"):  # then the quote has none
        assert new_text(f"{NEW}\n\n{mark}\n\nold text\nmore") == NEW


@pytest.mark.parametrize("line", SIGN_OFFS.strip().split("\n"))
def test_what_a_telephone_adds_is_nobodys_words(line):
    assert new_text(f"{NEW}\n\n{line}\n") == NEW


def test_signs_of_writing_direction_hide_nothing():
    mark = "\u202b13.03.2026, 10:11, \u202aAnn\u202c\u200f <\u202aann@firm.example\u202c\u200f>:\u202c"
    assert new_text(f"{NEW}\n\n{mark}\n\nold text") == NEW
