"""Cities that datelines name without an agency beside them."""

from __future__ import annotations

import re
from functools import cache

# Where foreign desks file from: capitals and the largest cities, as English, German, French,
# Spanish, Italian and Portuguese papers write them in capitals.
_CITIES = """
abidjan|abu dhabi|abuja|accra|addis ababa|adelaide|aden|ahmedabad|aleppo|alexandria|algiers|
almaty|amman|amsterdam|anchorage|ankara|antananarivo|antwerp|ashgabat|asmara|astana|asuncion|
asunción|athens|atlanta|auckland|austin|baghdad|baku|bali|baltimore|bamako|bangalore|bengaluru|
bangkok|bangui|banjul|barcelona|basra|beijing|beirut|belfast|belgrade|benghazi|berlin|bern|
berne|bilbao|birmingham|bishkek|bissau|bogota|bogotá|bologna|bonn|bordeaux|boston|brasilia|
brasília|bratislava|brazzaville|brisbane|bristol|brussels|bucharest|budapest|buenos aires|
bujumbura|busan|cairo|calgary|canberra|cape town|caracas|cardiff|casablanca|charlotte|chennai|
chicago|chisinau|chișinău|cincinnati|cleveland|cologne|colombo|conakry|copenhagen|dakar|dallas|
damascus|dar es salaam|darwin|davos|delhi|denver|detroit|dhaka|dili|djibouti|doha|donetsk|
dortmund|dresden|dubai|dublin|durban|dushanbe|düsseldorf|edinburgh|edmonton|erbil|florence|
frankfurt|freetown|fukushima|gaborone|gaza|gaza city|geneva|georgetown|glasgow|goma|guadalajara|
guangzhou|guatemala city|gwadar|hamburg|hanoi|hanover|harare|havana|helsinki|hiroshima|
ho chi minh city|hobart|hong kong|honolulu|houston|hyderabad|indianapolis|islamabad|istanbul|
izmir|jakarta|jeddah|jerusalem|johannesburg|juba|kabul|kampala|kandahar|kano|karachi|kathmandu|
kharkiv|khartoum|kherson|kiev|kyiv|kigali|kingston|kinshasa|kobani|kolkata|kuala lumpur|kunduz|
kuwait city|kyoto|la paz|lagos|lahore|las vegas|lausanne|leeds|leipzig|libreville|lille|lilongwe|
lima|lisbon|liverpool|ljubljana|lome|lomé|london|los angeles|luanda|lusaka|luxembourg|lviv|lyon|
madrid|malabo|male|malé|managua|manama|manchester|manila|maputo|mariupol|marrakech|marseille|
maseru|mbabane|mecca|medellin|medellín|medina|melbourne|memphis|mexico city|miami|milan|
milwaukee|minneapolis|minsk|mogadishu|monaco|monrovia|montevideo|montreal|moroni|moscow|mosul|
mumbai|munich|muscat|nairobi|nanjing|naples|nashville|nassau|new delhi|new orleans|new york|
niamey|nicosia|nouakchott|odesa|odessa|oslo|ottawa|ouagadougou|panama city|paramaribo|paris|
peshawar|philadelphia|phnom penh|phoenix|pittsburgh|port moresby|port sudan|port-au-prince|
portland|porto|prague|praia|pretoria|pristina|pyongyang|quebec|quetta|quito|rabat|rafah|
ramallah|rawalpindi|reykjavik|riga|rio de janeiro|riyadh|rome|rotterdam|sacramento|san diego|
san francisco|san josé|san jose|san juan|san salvador|sanaa|sana’a|santiago|santo domingo|
sao paulo|são paulo|sarajevo|seattle|seoul|seville|shanghai|sharm el-sheikh|shenzhen|singapore|
skopje|sofia|srinagar|st petersburg|st. petersburg|st. louis|stockholm|strasbourg|stuttgart|suva|
sydney|taipei|tallinn|tashkent|tbilisi|tegucigalpa|tehran|tel aviv|the hague|the vatican|thimphu|
tijuana|tirana|tokyo|toronto|toulouse|tripoli|tunis|turin|ulaanbaatar|united nations|valencia|
valletta|vancouver|vatican city|venice|victoria|vienna|vientiane|vilnius|warsaw|washington|
wellington|west bank|windhoek|winnipeg|wuhan|yangon|yaounde|yaoundé|yerevan|zagreb|zaporizhzhia|
zurich|zürich|muzaffarabad|multan|faisalabad|sukkur|gilgit|lucknow|patna|jaipur|bhopal|guwahati|
thiruvananthapuram|kochi|chandigarh|shimla|imphal|pune|nagpur|surat|kanpur|ranchi|chittagong|
wien|moskau|brüssel|genf|kairo|peking|prag|rom|warschau|kiew|athen|mailand|neapel|teheran|
köln|münchen|nürnberg|hannover|bremen|essen|mainz|wiesbaden|potsdam|magdeburg|erfurt|schwerin|
kiel|saarbrücken|karlsruhe|mannheim|freiburg|graz|linz|salzburg|innsbruck|basel|luzern|
bruxelles|genève|londres|moscou|pékin|rome|alger|le caire|la haye|varsovie|athènes|vienne|
bruselas|ginebra|moscú|pekín|ciudad de méxico|la habana|nueva york|parís|roma|tokio|varsovia|
atenas|viena|jerusalén|el cairo|milano|torino|napoli|firenze|venezia|palermo|mosca|pechino|
parigi|berlino|bruxelas|genebra|pequim|moscovo|lisboa|nova york
"""


def is_city(name: str) -> bool:
    """Whether a dateline of this one name can be believed without an agency beside it.

    >>> is_city("BAGHDAD"), is_city("NEW YORK"), is_city("TEMPEST")
    (True, True, False)
    """
    return " ".join(name.casefold().replace("'", "’").split()) in _cities()


@cache
def _cities() -> frozenset[str]:
    return frozenset(city.strip() for city in re.split(r"[|\n]", _CITIES) if city.strip())
