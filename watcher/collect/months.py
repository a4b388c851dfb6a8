"""The months' names as news sites write them: in the languages of the shipped feeds, whole, short and declined."""

from __future__ import annotations

# A paragraph for each month. Names of two words have _ between them, and dots are left out.
_NAMES = """
jan january januar jänner janvier janv enero ene gennaio gen janeiro stycznia styczeń sty ocak oca januari január
januára ledna ianuarie ian yanvar january_ января янв январь січня січ студзеня студз януари яну јануар јан январ
ιανουαρίου ιανουαριου ιαν იანვარი იან जनवरी มกราคม มค يناير كانون_الثاني جانفي ژانویه ژانويه

feb february februar février fevrier févr fevr fév febrero febbraio fevereiro fev lutego luty lut şubat şub februari
február februára února februarie fevral peb февраля фев февр февраль лютого лют лютага февруари фебруар феб
φεβρουαρίου φεβρουαριου φεβ თებერვალი თებ फ़रवरी फरवरी กุมภาพันธ์ กพ فبراير شباط فيفري فوریه فوريه

mar march märz mär mrz maerz mars marzo março marco marca marzec mart maart mrt maret március márc března brezna
martie марта мар март березня бер сакавіка μαρτίου μαρτιου μαρ მარტი მარ मार्च มีนาคม มีค مارس آذار

apr april avril avr abril abr aprile kwietnia kwiecień kwi nisan nis április ápr apríla dubna aprilie aprel апреля
апр апрель квітня квіт красавіка април απριλίου απριλιου απρ აპრილი აპრ अप्रैल เมษายน เมย أبريل ابريل إبريل نيسان
أفريل آوریل آوريل

may mai mayo maggio mag maio maja maj mayıs mei május máj mája května kvetna мая май травня трав траўня мај μαΐου
μαϊου μαιου μαΐ მაისი მაი मई พฤษภาคม พค مايو أيار ماي مه

jun june juni juin junio giugno giu junho czerwca czerwiec cze haziran haz június jún júna června cervna iunie iyun
июня июн июнь червня черв чэрвеня юни јун июнг ιουνίου ιουνιου ιουν ივნისი ივნ जून มิถุนายน มิย يونيو حزيران جوان
ژوئن

jul july juli juillet juil julio luglio lug julho lipca lipiec lip temmuz tem július júl júla července cervence
iulie iyul июля июл июль липня лип ліпеня юли јул ιουλίου ιουλιου ιουλ ივლისი ივლ जुलाई กรกฎาคม กค يوليو تموز جويلية
ژوئیه ژوئيه جولای

aug august août aout agosto ago sierpnia sierpień sie ağustos ağu augustus agustus agu augusztus augusta srpna
avgust августа авг август серпня серп жніўня αυγούστου αυγουστου αυγ აგვისტო აგვ अगस्त สิงหาคม สค أغسطس اغسطس آب أوت
اوت

sep sept september septembre septiembre setiembre settembre set setembro września wrzesień wrz eylül eyl szeptember
szept septembra září zari septembrie sentabr sentyabr сентября сен сент сентябрь вересня вер верасня септември
септембар сеп σεπτεμβρίου σεπτεμβριου σεπ სექტემბერი სექ सितंबर सितम्बर กันยายน กย سبتمبر أيلول سپتامبر

oct okt october oktober octobre octubre ottobre ott outubro out października październik paź ekim eki október
októbra října rijna octombrie oktabr oktyabr октября окт октябрь жовтня жовт кастрычніка октомври октобар οκτωβρίου
οκτωβριου οκτ ოქტომბერი ოქტ अक्टूबर अक्तूबर ตุลาคม ตค أكتوبر اكتوبر تشرين_الأول اکتبر

nov november novembre noviembre novembro listopada listopad lis kasım kas novembra listopadu noiembrie noyabr nop
ноября ноя нояб ноябрь листопада лист лістапада ноември новембар нов νοεμβρίου νοεμβριου νοε ნოემბერი ნოე नवंबर
नवम्बर พฤศจิกายน พย نوفمبر تشرين_الثاني نوامبر

dec dez december dezember décembre déc diciembre dic dicembre dezembro grudnia grudzień gru aralık ara decembra
prosince decembrie dekabr desember des декабря дек декабрь грудня груд снежня декември децембар δεκεμβρίου
δεκεμβριου δεκ დეკემბერი დეკ दिसंबर दिसम्बर ธันวาคม ธค ديسمبر كانون_الأول دسامبر
"""
MONTHS = {name: number for number, names in enumerate(_NAMES.split("\n\n"), start=1) for name in names.split()}
# Which the next language takes for another month: there it is left unread.
DISPUTED = {"listopada": ("HR", "BA"), "listopad": ("HR", "BA")}
