#include "engine/synth/assortment.h"

namespace awase {
namespace {

constexpr Nature kDurable = Nature::kDurable, kLadder = Nature::kLadder, kPlan = Nature::kPlan,
                 kConsumable = Nature::kConsumable;

// clang-format off
constexpr Kind kKinds[] = {
    {"PHONE", "Smartphone", "スマートフォン", "electronics/phones", 39800, 89800, kLadder, kSpring,
     {{"CASE", true, 550}, {"FILM", true, 400}}},
    {"CASE", "Case", "ケース", "electronics/phone-accessories/cases", 1480, 3980, kDurable, kAllYear, {}},
    {"FILM", "Screen Film", "保護フィルム", "electronics/phone-accessories/films", 980, 1980, kDurable, kAllYear, {}},
    {"COFFEE", "Coffee Beans 200 g", "コーヒー豆 200g", "food/coffee", 980, 2480, kConsumable, kAllYear,
     {{"FILTER", false, 400}, {}}},
    {"FILTER", "Paper Filters 100 pcs", "コーヒーフィルター 100枚", "kitchen/coffee-supplies", 280, 680, kConsumable, kAllYear, {}},
    {"PRINTER", "Inkjet Printer", "インクジェットプリンター", "electronics/printers", 12800, 29800, kLadder, kWinter,
     {{"INK", true, 600}, {"PAPER", false, 300}}},
    {"INK", "Ink Cartridge", "インクカートリッジ", "electronics/printer-supplies/ink", 2480, 4980, kConsumable, kAllYear, {}},
    {"PAPER", "Copy Paper 500 sheets", "コピー用紙 500枚", "office/paper", 480, 980, kConsumable, kAllYear, {}},
    {"TENT", "Camping Tent", "キャンプテント", "outdoor/tents", 14800, 39800, kDurable, kSummer, {{"LANTERN", false, 450}, {}}},
    {"LANTERN", "LED Lantern", "LEDランタン", "outdoor/lights", 1980, 5980, kDurable, kSummer, {}},
    {"CAMERA", "Mirrorless Camera", "ミラーレスカメラ", "electronics/cameras", 59800, 119800, kLadder, kAllYear,
     {{"SDCARD", false, 450}, {}}},
    {"SDCARD", "SD Card", "SDカード", "electronics/memory", 1480, 5980, kDurable, kAllYear, {}},
    {"SHAMPOO", "Shampoo 500 ml", "シャンプー 500ml", "beauty/hair/shampoo", 880, 2480, kConsumable, kAllYear,
     {{"CONDITIONER", true, 550}, {}}},
    {"CONDITIONER", "Conditioner 500 ml", "コンディショナー 500ml", "beauty/hair/conditioner", 880, 2480, kConsumable, kAllYear, {}},
    {"LAPTOP", "Laptop", "ノートパソコン", "electronics/computers", 69800, 129800, kLadder, kSpring, {{"MOUSE", false, 350}, {}}},
    {"MOUSE", "Wireless Mouse", "ワイヤレスマウス", "electronics/computer-accessories", 1980, 8980, kDurable, kAllYear, {}},
    {"DIAPER", "Diapers", "紙おむつ", "baby/diapers", 1280, 2480, kConsumable, kAllYear, {{"WIPES", false, 450}, {}}},
    {"WIPES", "Baby Wipes", "おしりふき", "baby/wipes", 380, 880, kConsumable, kAllYear, {}},
    {"TEA", "Green Tea 100 g", "緑茶 100g", "food/tea", 680, 2480, kConsumable, kAllYear, {{"TEACUP", false, 300}, {}}},
    {"TEACUP", "Tea Cup", "湯呑み", "kitchen/tableware/cups", 880, 3980, kDurable, kAllYear, {}},
    {"VACUUM", "Vacuum Cleaner", "掃除機", "home/appliances/cleaners", 9800, 24800, kLadder, kSpring, {{"BAG", true, 450}, {}}},
    {"BAG", "Dust Bags", "掃除機用紙パック", "home/appliance-supplies/bags", 580, 1280, kConsumable, kAllYear, {}},
    {"CATFOOD", "Cat Food 1.5 kg", "キャットフード 1.5kg", "pets/cat-food", 880, 2480, kConsumable, kAllYear, {{"LITTER", false, 400}, {}}},
    {"LITTER", "Cat Litter", "猫砂", "pets/litter", 580, 1280, kConsumable, kAllYear, {}},
    {"SHAVER", "Electric Shaver", "電気シェーバー", "beauty/shaving/shavers", 6980, 14800, kLadder, kGifts, {{"BLADE", true, 450}, {}}},
    {"BLADE", "Replacement Blade", "替刃", "beauty/shaving/blades", 1980, 3980, kConsumable, kAllYear, {}},
    {"BBQ", "Barbecue Grill", "バーベキューグリル", "outdoor/grills", 4980, 14800, kDurable, kSummer, {{"CHARCOAL", false, 500}, {}}},
    {"CHARCOAL", "Charcoal 3 kg", "木炭 3kg", "outdoor/fuel", 680, 1480, kConsumable, kSummer, {}},
    {"KNIFE", "Kitchen Knife", "包丁", "kitchen/knives", 3980, 14800, kDurable, kGifts, {{"WHETSTONE", false, 400}, {}}},
    {"WHETSTONE", "Whetstone", "砥石", "kitchen/sharpening", 1480, 4980, kDurable, kAllYear, {}},
    {"SLEEPBAG", "Sleeping Bag", "寝袋", "outdoor/sleeping", 3980, 14800, kDurable, kSummer, {{"MAT", false, 400}, {}}},
    {"MAT", "Camping Mat", "キャンプマット", "outdoor/mats", 1980, 6980, kDurable, kSummer, {}},
    {"TOOTHBRUSH", "Electric Toothbrush", "電動歯ブラシ", "beauty/oral/toothbrushes", 3980, 9800, kLadder, kAllYear, {{"HEAD", true, 450}, {}}},
    {"HEAD", "Replacement Brush Head", "替ブラシ", "beauty/oral/brush-heads", 980, 2480, kConsumable, kAllYear, {}},
    {"HUMIDIFIER", "Humidifier", "加湿器", "home/appliances/humidifiers", 4980, 12800, kLadder, kWinter, {{"HFILTER", true, 400}, {}}},
    {"HFILTER", "Humidifier Filter", "加湿器用フィルター", "home/appliance-supplies/filters", 980, 2480, kConsumable, kWinter, {}},
    {"TOY", "Learning Toy", "知育玩具", "toys/learning", 1980, 6980, kDurable, kGifts, {{"CELL", false, 350}, {}}},
    {"CELL", "AA Batteries 8 pcs", "単3乾電池 8本", "home/batteries", 480, 1280, kConsumable, kAllYear, {}},
    {"FOUNTAINPEN", "Fountain Pen", "万年筆", "stationery/pens", 2980, 14800, kDurable, kSpring, {{"PENINK", false, 450}, {}}},
    {"PENINK", "Fountain Pen Ink", "万年筆インク", "stationery/ink", 880, 2480, kConsumable, kAllYear, {}},
    {"BICYCLE", "City Bicycle", "シティサイクル", "sports/bicycles", 19800, 39800, kLadder, kSpring, {{"LOCK", false, 450}, {}}},
    {"LOCK", "Bicycle Lock", "自転車用ロック", "sports/bicycle-parts", 980, 3980, kDurable, kAllYear, {}},
    {"FRYPAN", "Frying Pan", "フライパン", "kitchen/pans", 1980, 6980, kDurable, kSpring, {{"LID", true, 350}, {}}},
    {"LID", "Glass Lid", "ガラス蓋", "kitchen/lids", 980, 2480, kDurable, kAllYear, {}},
    {"RICE", "Rice 5 kg", "お米 5kg", "food/rice", 2480, 4480, kConsumable, kAllYear, {{"NORI", false, 250}, {}}},
    {"NORI", "Roasted Seaweed", "焼きのり", "food/seaweed", 480, 1280, kConsumable, kAllYear, {}},
    {"BED", "Bed Frame", "ベッドフレーム", "furniture/beds", 19800, 49800, kDurable, kSpring, {{"MATTRESS", false, 500}, {}}},
    {"MATTRESS", "Mattress", "マットレス", "furniture/mattresses", 14800, 39800, kDurable, kSpring, {}},
    {"DESK", "Desk", "デスク", "furniture/desks", 9800, 24800, kDurable, kSpring, {{"LAMP", false, 350}, {}}},
    {"LAMP", "Desk Lamp", "デスクライト", "furniture/lamps", 2980, 8980, kDurable, kSpring, {}},
    {"BACKPACK", "Backpack", "バックパック", "fashion/bags", 3980, 12800, kDurable, kSpring, {{"RAINCOVER", false, 300}, {}}},
    {"RAINCOVER", "Rain Cover", "レインカバー", "fashion/rain", 980, 1980, kDurable, kRains, {}},
    {"CLOUD", "Cloud Storage Plan", "クラウドストレージ プラン", "plans/storage", 300, 800, kPlan, kAllYear, {}},
    {"MOBILE", "Mobile Plan", "モバイル通信プラン", "plans/mobile", 980, 1980, kPlan, kSpring, {}},
    {"CARE", "Device Care Plan", "機器保証プラン", "plans/care", 400, 900, kPlan, kAllYear, {}},
    {"TOWEL", "Towel", "タオル", "home/towels", 480, 1980, kDurable, kAllYear, {}},
    {"SOCKS", "Socks", "靴下", "fashion/socks", 380, 980, kDurable, kAllYear, {}},
    {"TSHIRT", "T-shirt", "Tシャツ", "fashion/shirts", 980, 3980, kDurable, kSummer, {}},
    {"UMBRELLA", "Umbrella", "傘", "fashion/umbrellas", 980, 3980, kDurable, kRains, {}},
    {"CANDLE", "Scented Candle", "アロマキャンドル", "home/candles", 980, 2980, kDurable, kGifts, {}},
    {"SWEETS", "Japanese Sweets Assortment", "和菓子詰め合わせ", "food/sweets", 1480, 4980, kConsumable, kGifts, {}},
    {"NOTEBOOK", "Notebook", "ノート", "stationery/notebooks", 180, 880, kConsumable, kSpring, {}},
    {"DETERGENT", "Laundry Detergent", "洗濯用洗剤", "home/laundry", 480, 1480, kConsumable, kAllYear, {}},
    {"PUZZLE", "Jigsaw Puzzle", "ジグソーパズル", "toys/puzzles", 1480, 3980, kDurable, kGifts, {}},
};

constexpr Name kBrands[] = {{"Hoshino", "ホシノ"}, {"Mikazuki", "ミカヅキ"}, {"Aoba", "アオバ"}, {"Kawasemi", "カワセミ"},
                            {"Sazanami", "サザナミ"}, {"Northfield", "ノースフィールド"}, {"Lumen", "ルーメン"}, {"Yukimi", "ユキミ"},
                            {"Hinata", "ヒナタ"}, {"Kodama", "コダマ"}, {"Maplewood", "メープルウッド"}, {"Tsumugi", "ツムギ"}};
constexpr Name kColours[] = {{"White", "ホワイト"}, {"Black", "ブラック"}, {"Navy", "ネイビー"}, {"Green", "グリーン"},
                             {"Red", "レッド"}, {"Beige", "ベージュ"}, {"Gray", "グレー"}};
constexpr Name kGrades[] = {{"Basic", "ベーシック"}, {"Standard", "スタンダード"}, {"Premium", "プレミアム"}};
// clang-format on

}  // namespace

std::span<const Kind> Assortment() { return kKinds; }
std::span<const Name> Brands() { return kBrands; }
std::span<const Name> Colours() { return kColours; }
std::span<const Name> Grades() { return kGrades; }

}  // namespace awase
